import { createSecretKey } from 'node:crypto'
import { isSymmetric } from '../signing/algorithms.js'
import { publicJwk, signingKey } from '../signing/signing-key.js'
import { strangerKey } from '../signing/stranger.js'
import { signed, type Applicability, type BadTokenCode, type BadTokenEntry, type Bench } from './bench.js'

function header(name: string, code: BadTokenCode, change: Record<string, unknown>) {
  return { name, code, make: (bench: Bench) => signed(bench, { header: change }) }
}

/** Signed by a stranger whose key the header itself brings, under the key id of the issuer. */
function ownKey(name: string, change: (bench: Bench) => Record<string, unknown>) {
  return {
    name,
    code: 'signature_invalid',
    make: (bench: Bench) => {
      const stranger = strangerKey(bench.key.algorithm)
      return signed(bench, { header: change(bench) }, stranger)
    },
    appliesTo: ({ algorithm }: Applicability) => !isSymmetric(algorithm),
  } as const satisfies BadTokenEntry
}

/** The header asks for what must not be done (RFC 7515 section 4.1, RFC 8725 section 3.10 and 3.11). */
export const HEADER = {
  otherType: header('a DPoP proof: typ dpop+jwt', 'token_type_not_allowed', { typ: 'dpop+jwt' }),
  logoutToken: header('a logout token: typ logout+jwt', 'token_type_not_allowed', { typ: 'logout+jwt' }),
  typeAsList: header('a typ that is a list', 'token_malformed', { typ: ['at+jwt'] }),
  criticalExtension: header('an unknown critical extension', 'critical_header_unsupported', {
    crit: ['urn:example:unknown'],
    'urn:example:unknown': true,
  }),
  unencodedPayload: header('b64 false', 'critical_header_unsupported', { crit: ['b64'], b64: false }),
  nestedToken: header('cty JWT', 'token_malformed', { cty: 'JWT' }),
  compressed: header('zip', 'token_malformed', { zip: 'DEF' }),

  embeddedKey: ownKey('a key that the header embeds: jwk', ({ key }) => {
    const { kty, crv, x, y, n, e } = publicJwk(strangerKey(key.algorithm))
    return { jwk: { kty, crv, x, y, n, e } }
  }),
  keyUrl: ownKey('a key that the header points to: jku', ({ header }) => ({
    jku: header.jku ?? 'https://attacker.test/jwks',
  })),
  certificateUrl: ownKey('a certificate that the header points to: x5u', ({ header }) => ({
    x5u: header.x5u ?? 'https://attacker.test/certificate',
  })),
  keyIdAsPath: {
    name: 'a key id that is the path of an empty file, and an empty secret',
    code: 'key_unknown',
    make: (bench) => {
      const nothing = signingKey('nothing', 'HS256', createSecretKey(Buffer.alloc(0)))
      return signed(bench, { header: { alg: 'HS256', kid: '../../../../dev/null' } }, nothing)
    },
    appliesTo: ({ algorithm }) => !isSymmetric(algorithm),
  },
  keyIdAsNumber: header('a key id that is a number', 'token_malformed', { kid: 0 }),
} satisfies Record<string, BadTokenEntry>
