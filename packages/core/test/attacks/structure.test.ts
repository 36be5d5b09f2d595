import { AUDIENCE, CLAIMS, encode, ISSUER, KEY, sealed, segments, token, verifier } from './support/forge.js'
import { keyOf } from './support/keys.js'
import { accepts, refuses, type Tokens } from './support/tables.js'

const GOOD = token()
const [header, payload, signature] = segments(GOOD)

accepts('the token that all others are made of', { 'as it is': GOOD })

refuses('attack 1: anything but three segments', 'token_malformed', {
  'an empty string': '',
  'one dot': '.',
  'two dots': '..',
  'three dots': '...',
  'one segment': header,
  'one segment and a dot': `${header}.`,
  'two segments': `${header}.${payload}`,
  'four segments': `${GOOD}.${signature}`,
  'a fourth segment in front': `${header}.${GOOD}`,
  'a trailing dot': `${GOOD}.`,
  'two trailing dots': `${GOOD}..`,
  'a leading dot': `.${GOOD}`,
  'no header': `.${payload}.${signature}`,
  'no payload': `${header}..${signature}`,
  'no header and no payload': `..${signature}`,
  'an empty segment inside': `${header}..${payload}.${signature}`,
  'a comma for a dot': `${header},${payload},${signature}`,
  'a full stop of another script': GOOD.replaceAll('.', '．'),
})

const around: Tokens = Object.fromEntries(
  [' ', '\t', '\n', '\r\n', '\0', '\u00a0', '\u200b', '\ufeff', '"', "'", ',', ';', '=', '%20'].flatMap(
    (odd) => [
      [`${JSON.stringify(odd)} in front`, `${odd}${GOOD}`],
      [`${JSON.stringify(odd)} behind`, `${GOOD}${odd}`],
      [`${JSON.stringify(odd)} on both sides`, `${odd}${GOOD}${odd}`],
    ],
  ),
)
refuses('attack 1: something around the token', 'token_malformed', {
  ...around,
  'the scheme in front': `Bearer ${GOOD}`,
  'two tokens in a list': `${GOOD},${GOOD}`,
  'two tokens with a space': `${GOOD} ${GOOD}`,
  'two tokens in a row': GOOD + GOOD,
  'angle brackets': `<${GOOD}>`,
  'a percent-encoded dot': GOOD.replace('.', '%2e'),
})

const throwing = () => {
  throw new Error('never asked')
}
const never = { toString: throwing, valueOf: throwing, toJSON: throwing }
refuses('attack 2: anything but a string', 'token_malformed', {
  undefined: undefined,
  null: null,
  'a number': 1,
  NaN: Number.NaN,
  'a bigint': 1n,
  'a boolean': true,
  'a symbol': Symbol('token'),
  'a function': () => GOOD,
  'an array of the token': [GOOD],
  'an array of segments': GOOD.split('.'),
  'an object that prints as the token': { toString: () => GOOD },
  'an object that cannot be printed': never,
  'an object with methods of strings': { length: 10, slice: () => GOOD, indexOf: () => 5, ...never },

  'a String object': new String(GOOD),
  'a Buffer': Buffer.from(GOOD),
  octets: new Uint8Array(Buffer.from(GOOD)),
  'a promise': Promise.resolve(GOOD),
  'a proxy': new Proxy({}, { get: throwing, has: throwing, getPrototypeOf: throwing }),
})

const long = (length: number, dressed = GOOD) => dressed + 'A'.repeat(length - dressed.length)
refuses('attack 3: longer than the limit', 'token_too_long', {
  'by one character': long(16_385),
  'by a megabyte': long(1_000_000),
  'spaces only': ' '.repeat(16_385),
  'padding only': '='.repeat(16_385),
  'two octets a character': 'é'.repeat(16_385),
})
refuses(
  'attack 3: a limit of one’s own',
  'token_too_long',
  {
    'by one character': long(601),
    'a valid token': token({ filler: 'x'.repeat(500) }),
  },
  verifier({ maxTokenLength: 600 }),
)
refuses('attack 3: as long as the limit, and therefore looked at', 'signature_invalid', {
  'a signature with junk behind': long(16_384),
})
accepts('attack 3: a valid token of up to the limit', {
  'of 16 KiB': token({ filler: 'x'.repeat(11_900) }),
})
accepts(
  'attack 3: a larger limit',
  { 'of 64 KiB': token({ filler: 'x'.repeat(48_000) }) },
  verifier({ maxTokenLength: 70_000 }),
)

refuses('attack 4: dots without end', 'token_too_long', { 'a million of them': '.'.repeat(1_000_000) })
refuses('attack 4: as many dots as fit', 'token_malformed', { 'dots only': '.'.repeat(16_384) })

refuses('attack 5: a payload that says nothing, signed', 'token_malformed', {
  'no octets, but a segment': sealed({ alg: 'ES256' }, ' '),
  'an empty string': sealed({ alg: 'ES256' }, '""'),
})
refuses('attack 5: an object that says nothing, signed', 'claim_missing', {
  '{}': sealed({ alg: 'ES256' }, {}),
})

refuses(
  'attack 6: no signature',
  'token_malformed',
  Object.fromEntries(
    ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA', 'none'].map((alg) => [
      `for ${alg}`,
      `${encode({ alg })}.${payload}.`,
    ]),
  ),
)

const flattened = { payload, protected: header, signature }
refuses('attack 7: JSON serialisation', 'token_malformed', {
  flattened: JSON.stringify(flattened),
  general: JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
  'flattened, alg unprotected': JSON.stringify({ payload, header: { alg: 'ES256' }, signature }),
  'flattened, around a compact one': JSON.stringify({ ...flattened, token: GOOD }),
  'with the dots of a compact one': `{"a":"${GOOD}"}`,
})

const jwe = (protectedHeader: object) =>
  [encode(protectedHeader), '', encode('iv'), encode('text'), encode('tag')].join('.')
refuses('attacks 8 and 11: encrypted tokens', 'token_malformed', {
  dir: jwe({ alg: 'dir', enc: 'A256GCM' }),
  'RSA-OAEP to our public key': jwe({ alg: 'RSA-OAEP', enc: 'A256GCM', kid: 'k' }).replace(
    '..',
    `.${encode('key')}.`,
  ),
  'a password with endless rounds': jwe({
    alg: 'PBES2-HS256+A128KW',
    enc: 'A128GCM',
    p2c: 2 ** 31,
    p2s: 'AAAA',
  }),
  compressed: jwe({ alg: 'dir', enc: 'A256GCM', zip: 'DEF' }),
  'all five segments filled': [header, payload, payload, payload, signature].join('.'),
})

refuses('attack 9: a token inside the token', 'token_malformed', {
  'an unsigned one': sealed({ alg: 'ES256', cty: 'JWT' }, `${encode({ alg: 'none' })}.${encode(CLAIMS)}.`),
  'a signed one': sealed({ alg: 'ES256', cty: 'JWT' }, GOOD),
  'a signed one, not announced': sealed({ alg: 'ES256' }, GOOD),
  'as a JSON string': sealed({ alg: 'ES256' }, JSON.stringify(GOOD)),
})

refuses('attack 10: a detached payload', 'token_malformed', {
  'cut out': `${header}..${signature}`,
  'signed as detached': `${header}..${KEY.sign(`${header}.`).toString('base64url')}`,
})

refuses('attack 12: tokens of another make', 'token_malformed', {
  'SD-JWT without disclosures': `${GOOD}~`,
  'SD-JWT with a disclosure': `${GOOD}~${encode(['salt', 'sub', 'admin'])}~`,
  'SD-JWT with a key binding': `${GOOD}~${encode(['salt', 'sub', 'admin'])}~${GOOD}`,
  PASETO: `v4.public.${payload}`,
  'PASETO with a footer': `v4.public.${payload}.${encode('footer')}`,
  'a macaroon': 'MDAxY2xvY2F0aW9uIGh0dHA6Ly9pZC5leGFtcGxlLmNvbQo',
  'a UUID': '6f1d2c1e-0d5e-4f0a-9c1d-1f2e3d4c5b6a',
  'an opaque token': 'ya29.a0AfH6SMBx',
  'a GitHub token': 'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  'a DER blob in base64': keyOf('ES256').material.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
})
refuses('attack 12: a presentation, signed by our issuer', 'audience_mismatch', {
  'with its claims in vp': sealed(
    { alg: 'ES256' },
    { iss: ISSUER, aud: 'did:example:1', exp: CLAIMS.exp, vp: { aud: AUDIENCE } },
  ),
})
