import type { ConformanceCase } from '../conformance-case.js'
import type { SeenCode } from '../refusals.js'
import { AUDIENCE, ISSUER, MAXIMUM_TOKEN_LENGTH, type ConformanceTokens } from '../tokens.js'
import { bearer, casesOf, get, MARKER } from './build.js'

const { reaches, refuses } = casesOf('resource')

/** Which tokens are believed: RFC 7515, RFC 7519, RFC 8725, RFC 9068. */
export function tokenCases(tokens: ConformanceTokens): readonly ConformanceCase[] {
  return [
    ...Object.entries(believed(tokens)).map(([what, token]) =>
      reaches(`${what} is let in`, get('/authenticated', bearer(token))),
    ),
    ...Object.entries(unproven(tokens)).map(([what, token]) =>
      refuses(
        `${what} is refused like every invalid token`,
        get('/authenticated', bearer(token)),
        'token_invalid',
      ),
    ),
    ...proven(tokens).map(([what, token, code]) =>
      refuses(`${what} is refused`, get('/authenticated', bearer(token)), code),
    ),
  ]
}

function believed({ token, tokenBy, now }: ConformanceTokens): Readonly<Record<string, string>> {
  return {
    'a token signed RS256': tokenBy('RS256'),
    'a token signed ES256': tokenBy('ES256'),
    'a token signed EdDSA': tokenBy('EdDSA'),
    'a token of type JWT': token({}, { typ: 'JWT' }),
    'a token without a type': token({}, { typ: undefined }),
    'a token that expired within the tolerance of 5 seconds': token({ exp: now - 4, iat: now - 60 }),
    'a token that becomes valid within the tolerance': token({ nbf: now + 5 }),
    'a token for several audiences': token({ aud: ['billing-api', AUDIENCE] }),
    'a token that points to foreign keys': token(
      {},
      { jku: 'https://evil.example/jwks', x5u: 'https://evil.example' },
    ),
    'a token of six thousand characters': token({ padding: 'x'.repeat(4000) }),
    'a token with a claim called then': token({ then: 'later', toString: 'text' }),
  }
}

/** Nothing that was found before the signature held may be told apart from outside. */
function unproven(tokens: ConformanceTokens): Readonly<Record<string, string>> {
  const { token, forged, unsigned, confused } = tokens
  const good = token()
  const [header = '', payload = '', signature = ''] = good.split('.')
  const [, otherPayload = ''] = token({ sub: 'bob', roles: ['admin'] }).split('.')
  const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
  return {
    'a token by another signer': forged(),
    'an expired token by another signer': forged({ exp: 1 }),
    'a token with another payload': `${header}.${otherPayload}.${signature}`,
    'a token with another signature': `${header}.${payload}.${flipped}`,
    'a token with a cut signature': `${header}.${payload}.${signature.slice(0, -2)}`,
    'a token with an empty signature': `${header}.${payload}.`,
    'a token with padding': `${good}=`,
    'a token of two parts': `${header}.${payload}`,
    'a token of four parts': `${good}.${signature}`,
    'a token of five parts': `${good}.${signature}.${signature}`,
    'a token of dots': '..',
    'an opaque token': '3f0c8b6e-6a0e-4a7e-9d0b-7f3f6d1f0a11',
    'a token as JSON': JSON.stringify({ payload, protected: header, signature }),
    ...Object.fromEntries(
      ['none', 'None', 'NONE', ''].map((alg) => [`alg ${JSON.stringify(alg)}`, unsigned(alg)]),
    ),
    'HS256 with the public key as secret': confused(),
    'an algorithm that its key does not allow': token({}, { alg: 'RS256' }),
    'an unknown key id': token({}, { kid: MARKER }),
    'a key id with a line break': token({}, { kid: `x\r\nX-Injected: ${MARKER}` }),
    'a key id that is a path': token({}, { kid: '../../dev/null' }),
    'a key in the header': forgedWithKey(tokens),
    'a critical extension': token({}, { crit: ['exp'] }),
    'the type of a DPoP proof': token({}, { typ: 'dpop+jwt' }),
    'the type of a logout token': token({}, { typ: 'logout+jwt' }),
    'a claim called __proto__': token({ ['__proto__']: { roles: ['admin'] } }),
    'a valid token that is too long': token({ padding: 'x'.repeat(MAXIMUM_TOKEN_LENGTH) }),
  }
}

function forgedWithKey({ forged, jwks }: ConformanceTokens): string {
  const [, payload = '', signature = ''] = forged().split('.')
  const header = Buffer.from(JSON.stringify({ alg: 'ES256', jwk: jwks.keys[1] })).toString('base64url')
  return `${header}.${payload}.${signature}`
}

function proven({ token, now }: ConformanceTokens): readonly (readonly [string, string, SeenCode])[] {
  return [
    ['an expired token', token({ exp: now - 60, iat: now - 120 }), 'token_expired'],
    ['a token at the end of the tolerance', token({ exp: now - 5, iat: now - 60 }), 'token_expired'],
    ['a token without an expiry', token({ exp: undefined }), 'claim_missing'],
    ['a token whose expiry is text', token({ exp: String(now + 300) }), 'claim_invalid'],
    ['a token that is not valid yet', token({ nbf: now + 6 }), 'token_not_yet_valid'],
    ['a token from the future', token({ iat: now + 60 }), 'token_not_yet_valid'],
    ['a token for another audience', token({ aud: MARKER }), 'audience_mismatch'],
    [
      'a token for an audience with the same beginning',
      token({ aud: `${AUDIENCE}.evil` }),
      'audience_mismatch',
    ],
    ['a token for the issuer itself', token({ aud: ISSUER }), 'audience_mismatch'],
    ['a token without an audience', token({ aud: undefined }), 'claim_missing'],
    ['a token whose audience is a number', token({ aud: 1 }), 'claim_invalid'],
    ['a token of another issuer', token({ iss: `https://${MARKER}.example` }), 'issuer_mismatch'],
    ['a token of the issuer with a slash', token({ iss: `${ISSUER}/` }), 'issuer_mismatch'],
    ['a token without an issuer', token({ iss: undefined }), 'claim_missing'],
    ['a token whose subject is a number', token({ sub: 7 }), 'claim_invalid'],
    ['a token that is bound to a key', token({ cnf: { jkt: MARKER } }), 'proof_required'],
  ]
}
