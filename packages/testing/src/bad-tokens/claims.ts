import { signed, type BadTokenEntry, type BadTokenCode, type Bench } from './bench.js'

function claim(name: string, code: BadTokenCode, change: (bench: Bench) => Record<string, unknown>) {
  return { name, code, make: (bench: Bench) => signed(bench, { claims: change(bench) }) }
}

const thumbprint = Buffer.alloc(32, 7).toString('base64url')

/** Well signed, and saying what must not be believed here (RFC 7519 section 4.1, RFC 7800 section 3). */
export const CLAIMS = {
  otherIssuer: claim('the claim of another issuer', 'issuer_mismatch', () => ({
    iss: 'https://attacker.test',
  })),
  issuerWithSlash: claim('an issuer that has one slash more', 'issuer_mismatch', ({ claims }) => ({
    iss: `${String(claims.iss)}/`,
  })),
  otherAudience: claim('another audience', 'audience_mismatch', () => ({ aud: 'another-api' })),
  longerAudience: claim('an audience that begins like the right one', 'audience_mismatch', ({ claims }) => ({
    aud: `${String(claims.aud)}-2`,
  })),
  otherAudiences: claim('a list of other audiences', 'audience_mismatch', () => ({
    aud: ['another-api', 'a-third-api'],
  })),

  missingIssuer: claim('no issuer', 'claim_missing', () => ({ iss: undefined })),
  missingAudience: claim('no audience', 'claim_missing', () => ({ aud: undefined })),
  missingExpiry: claim('no expiry', 'claim_missing', () => ({ exp: undefined })),

  issuerAsList: claim('a list with the right issuer', 'claim_invalid', ({ claims }) => ({
    iss: [claims.iss],
  })),
  expiryAsText: claim('an expiry that is text', 'claim_invalid', ({ claims }) => ({
    exp: String(claims.exp),
  })),
  expiryNull: claim('an expiry that is null', 'claim_invalid', () => ({ exp: null })),
  notBeforeAsText: claim('a not-before that is text', 'claim_invalid', ({ claims }) => ({
    nbf: String(claims.iat),
  })),
  audienceAsObject: claim('an audience that is an object', 'claim_invalid', ({ claims }) => ({
    aud: { 0: claims.aud, length: 1 },
  })),
  audienceWithNumber: claim(
    'a list of audiences with the right one and a number',
    'claim_invalid',
    ({ claims }) => ({ aud: [claims.aud, 1] }),
  ),
  subjectAsNumber: claim('a subject that is a number', 'claim_invalid', () => ({ sub: 1 })),

  boundToKey: claim('a bound token without its DPoP proof', 'proof_required', () => ({
    cnf: { jkt: thumbprint },
  })),
  boundToCertificate: claim('a bound token without its certificate', 'proof_required', () => ({
    cnf: { 'x5t#S256': thumbprint },
  })),
} satisfies Record<string, BadTokenEntry>
