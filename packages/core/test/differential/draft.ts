import { CLAIMS, encode, NOW, signatureOf, signSegments, withSignature } from '../attacks/support/forge.js'
import { keyOf } from '../attacks/support/keys.js'
import { aliases, pad } from '../attacks/support/segments.js'

/** A token in the making: two objects, then two texts, then two segments, then a signature over them. */
export interface Draft {
  readonly header: Record<string, unknown>
  readonly claims: Record<string, unknown>
  /** Each changes what the stage before made. */
  readonly headerTexts: ((text: string) => string | Buffer)[]
  readonly claimTexts: ((text: string) => string | Buffer)[]
  readonly segments: ((parts: [string, string]) => [string, string])[]
  readonly texts: ((text: string) => string)[]
}

/** One thing that may be odd about a token, by name. */
export type Feature = (draft: Draft) => unknown

const key = keyOf('ES256')
const inner = (text: string, members: string) => `${text.slice(0, -1)}${text === '{}' ? '' : ','}${members}}`
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
/** A claim's text with octets within that are no UTF-8. */
const withOctets = (text: string, octets: readonly number[]) =>
  Buffer.concat([Buffer.from(`${text.slice(0, -1)},"odd":"`), Buffer.from(octets), Buffer.from('"}')])

const inHeader =
  (members: object): Feature =>
  (draft) =>
    Object.assign(draft.header, members)
const inClaims =
  (members: object): Feature =>
  (draft) =>
    Object.assign(draft.claims, members)
const without =
  (name: string): Feature =>
  (draft) =>
    Reflect.deleteProperty(draft.claims, name)
const headerText =
  (change: (text: string) => string | Buffer): Feature =>
  (draft) =>
    draft.headerTexts.push(change)
const claimText =
  (change: (text: string) => string | Buffer): Feature =>
  (draft) =>
    draft.claimTexts.push(change)
const segment =
  (change: (parts: [string, string]) => [string, string]): Feature =>
  (draft) =>
    draft.segments.push(change)
const wholeText =
  (change: (text: string) => string): Feature =>
  (draft) =>
    draft.texts.push(change)

/** What generated tokens are made of. */
export const FEATURES: Readonly<Record<string, Feature>> = {
  'typ JWT': inHeader({ typ: 'JWT' }),
  'typ at+jwt': inHeader({ typ: 'application/at+jwt' }),
  'typ of another kind': inHeader({ typ: 'logout+jwt' }),
  'typ that is no text': inHeader({ typ: ['JWT'] }),
  kid: inHeader({ kid: 'k' }),
  'kid that is no text': inHeader({ kid: 7 }),
  'kid of 300 characters': inHeader({ kid: 'k'.repeat(300) }),
  'cty JWT': inHeader({ cty: 'JWT' }),
  'cty JSON': inHeader({ cty: 'application/json' }),
  zip: inHeader({ zip: 'DEF' }),
  'crit unknown': inHeader({ crit: ['x'], x: 1 }),
  'crit empty': inHeader({ crit: [] }),
  'crit b64 true': inHeader({ crit: ['b64'], b64: true }),
  'crit b64 false': inHeader({ crit: ['b64'], b64: false }),
  'b64 without crit': inHeader({ b64: true }),
  'jwk, jku, x5c': inHeader({ jwk: { kty: 'EC' }, jku: 'https://evil.example', x5c: ['AAAA'] }),
  'claims in the header': inHeader({ iss: 'x', aud: 'y', exp: 1 }),
  'alg none': inHeader({ alg: 'none' }),
  'alg in another case': inHeader({ alg: 'es256' }),
  'alg HS256': inHeader({ alg: 'HS256' }),
  'alg ES384': inHeader({ alg: 'ES384' }),
  'alg that is no text': inHeader({ alg: ['ES256'] }),
  'alg missing': (draft) => delete draft.header.alg,
  'header with spaces': headerText((text) => ` ${text.replaceAll(',', ',\r\n ')} `),
  'header with alg twice': headerText((text) => inner(text, '"alg":"ES256"')),
  'header with __proto__': headerText((text) => inner(text, '"__proto__":{}')),
  'header of 40 levels': headerText((text) => inner(text, `"x":${nested(40)}`)),
  'header with 1e400': headerText((text) => inner(text, '"x":1e400')),
  'header with a byte order mark': headerText((text) => `\ufeff${text}`),
  'header that is a list': headerText((text) => `[${text}]`),
  'header that is no JSON': headerText((text) => `${text},`),

  'exp missing': without('exp'),
  'exp null': inClaims({ exp: null }),
  'exp as text': inClaims({ exp: String(NOW + 600) }),
  'exp as a float': inClaims({ exp: NOW + 600.5 }),
  'exp within the tolerance': inClaims({ exp: NOW - 4 }),
  'exp at the tolerance': inClaims({ exp: NOW - 5, iat: NOW - 60 }),
  'exp past': inClaims({ exp: NOW - 60, iat: NOW - 90 }),
  'exp in milliseconds': inClaims({ exp: (NOW + 600) * 1000 }),
  'nbf now': inClaims({ nbf: NOW }),
  'nbf at the tolerance': inClaims({ nbf: NOW + 5 }),
  'nbf in the future': inClaims({ nbf: NOW + 60 }),
  'nbf as text': inClaims({ nbf: String(NOW) }),
  'iat missing': without('iat'),
  'iat in the future': inClaims({ iat: NOW + 60 }),
  'iat as text': inClaims({ iat: String(NOW) }),
  'iat after exp': inClaims({ iat: NOW + 4, exp: NOW + 3 }),
  'iss another': inClaims({ iss: 'https://id.example.com/' }),
  'iss missing': without('iss'),
  'iss in a list': inClaims({ iss: ['https://id.example.com'] }),
  'aud another': inClaims({ aud: 'orders' }),
  'aud missing': without('aud'),
  'aud in a list': inClaims({ aud: ['x', 'orders-api'] }),
  'aud in a list with a number': inClaims({ aud: ['orders-api', 1] }),
  'aud in a list in a list': inClaims({ aud: [['orders-api']] }),
  'aud a number': inClaims({ aud: 1 }),
  'sub missing': without('sub'),
  'sub a number': inClaims({ sub: 1 }),
  'jti a number': inClaims({ jti: 1 }),
  'client_id a list': inClaims({ client_id: ['shop'] }),
  cnf: inClaims({ cnf: { jkt: 'x' } }),
  'claims called like methods': inClaims({ then: 1, toString: 'x', constructor: {}, toJSON: [] }),
  'claims with umlauts': inClaims({ name: 'Jürgen 李 😀 \ud800' }),
  'claims with spaces': claimText((text) => text.replaceAll(',', ' ,\n\t')),
  'claims with escaped names': claimText((text) => text.replace('"exp"', '"\\u0065xp"')),
  'claims with a member twice': claimText((text) => inner(text, '"x":1,"x":2')),
  'claims with sub twice': claimText((text) => inner(text, '"sub":"a","sub":"b"')),
  'claims with __proto__': claimText((text) => inner(text, '"__proto__":{"admin":true}')),
  'claims of 40 levels': claimText((text) => inner(text, `"x":${nested(40)}`)),
  'claims with 1e400': claimText((text) => inner(text, '"x":1e400')),
  'claims with 2^53 + 1': claimText((text) => inner(text, '"x":9007199254740993')),
  'claims with a byte order mark': claimText((text) => `\ufeff${text}`),
  'claims that are no UTF-8': claimText((text) => withOctets(text, [0xff])),
  'claims with a surrogate as octets': claimText((text) => withOctets(text, [0xed, 0xa0, 0x80])),
  'claims that are a list': claimText((text) => `[${text}]`),
  'claims that are no JSON': claimText((text) => text.replace('{', '{,')),

  'header padded': (draft) => {
    draft.header.odd = 'x'
    draft.segments.push(([one, two]) => [pad(one), two])
  },
  'payload padded': segment(([one, two]) => [one, pad(two)]),
  'payload in the other alphabet': (draft) => {
    draft.claims.odd = '>>>???~~~'
    draft.segments.push(([one, two]) => [one, two.replaceAll('-', '+').replaceAll('_', '/')])
  },
  'payload with a space': segment(([one, two]) => [one, `${two.slice(0, 9)} ${two.slice(9)}`]),
  'payload with a line feed': segment(([one, two]) => [one, `${two.slice(0, 9)}\n${two.slice(9)}`]),
  'payload with a stray character': segment(([one, two]) => [one, `${two.slice(0, 8)}?${two.slice(8)}`]),
  'payload with stray bits': segment(([one, two]) => [one, aliases(two)[0] ?? two]),

  'signature flipped': wholeText((text) =>
    withSignature(text, Buffer.from(signatureOf(text)).fill(7, 9, 10)),
  ),
  'signature by a stranger': wholeText((text) => {
    const input = text.slice(0, text.lastIndexOf('.'))
    return withSignature(text, keyOf('ES256', 'stranger').sign(input))
  }),
  'signature cut': wholeText((text) => withSignature(text, signatureOf(text).subarray(1))),
  'signature with stray bits': wholeText((text) => aliases(text)[0] ?? text),
  'signature padded': wholeText((text) => `${text}==`),
  'signature with a space': wholeText((text) => `${text.slice(0, -9)} ${text.slice(-9)}`),
  'a space behind': wholeText((text) => `${text} `),
  'a line feed behind': wholeText((text) => `${text}\n`),
  'a space in front': wholeText((text) => ` ${text}`),
  'a dot behind': wholeText((text) => `${text}.`),
  'longer than 16 KiB': inClaims({ filler: 'x'.repeat(16_384) }),
}

/** A token with these features, signed as it stands. */
export function tokenWith(names: readonly string[]): string {
  const draft: Draft = {
    header: { alg: 'ES256' },
    claims: { ...CLAIMS },
    headerTexts: [],
    claimTexts: [],
    segments: [],
    texts: [],
  }
  for (const name of names) FEATURES[name]?.(draft)
  const written = (value: object, changes: readonly ((text: string) => string | Buffer)[]) =>
    changes.reduce<string | Buffer>(
      (text, change) => (typeof text === 'string' ? change(text) : text),
      JSON.stringify(value),
    )
  const start: [string, string] = [
    encode(written(draft.header, draft.headerTexts)),
    encode(written(draft.claims, draft.claimTexts)),
  ]
  const [one, two] = draft.segments.reduce((parts, change) => change(parts), start)
  return draft.texts.reduce((text, change) => change(text), signSegments(one, two, key.sign))
}
