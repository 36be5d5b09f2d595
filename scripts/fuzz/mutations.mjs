import { Buffer } from 'node:buffer'
import { CLAIMS, NOW } from './subjects.mjs'

const CHARACTERS = [
  '.',
  '=',
  '+',
  '/',
  '-',
  '_',
  'A',
  'e',
  'y',
  '"',
  ' ',
  '\n',
  '\0',
  '\t',
  '~',
  '%',
  'é',
  '\ud800',
  '中',
]
const MEMBERS = [
  ...[
    'alg',
    'kid',
    'typ',
    'cty',
    'crit',
    'b64',
    'zip',
    'jwk',
    'jku',
    'x5c',
    'iss',
    'aud',
    'exp',
    'nbf',
    'iat',
  ],
  ...['sub', 'jti', 'client_id', 'cnf', 'scope', 'roles', '__proto__', 'constructor', 'then', 'toString', ''],
]
const VALUES = [
  ...[
    '"none"',
    '"HS256"',
    '"ES256"',
    '"RS256"',
    '"at+jwt"',
    '"JWT"',
    '""',
    '"\\ud800"',
    '"orders-api"',
    '["orders-api"]',
  ],
  ...[
    'null',
    'true',
    '0',
    '-1',
    '1e400',
    '1e308',
    `${NOW}`,
    `${NOW + 600}`,
    `"${NOW + 600}"`,
    '[]',
    '{}',
    '[[]]',
    '01',
    'NaN',
  ],
  ...['{"jkt":"x"}', '{"__proto__":{}}', '"https://id.example.com"', '["a",1]', '9'.repeat(400), '"\\u0000"'],
]
const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\u',
  '/*',
  '\ufeff',
  '\u00a0',
  ' ',
  '\r\n',
  '-',
  '1e',
  'null',
]

const encode = (text) => Buffer.from(text).toString('base64url')
const decode = (segment) => Buffer.from(segment, 'base64url').toString()
const around = (random, text, length) => {
  const at = random.below(text.length + 1)
  return [text.slice(0, at), text.slice(at, at + length), text.slice(at + length)]
}

/** Changes of a JSON text, valid or not. */
const JSON_CHANGES = [
  (text, random) => text.replace(/}\s*$/, `,"${random.pick(MEMBERS)}":${random.pick(VALUES)}}`),
  (text, random) => text.replace(/^\s*{/, `{"${random.pick(MEMBERS)}":${random.pick(VALUES)},`),
  (text, random) =>
    text.replace(new RegExp(`"${random.pick(MEMBERS)}":("[^"]*"|[0-9]+)`), (whole) =>
      whole.replace(/:.*/, `:${random.pick(VALUES)}`),
    ),
  (text, random) =>
    text.replace(
      /"([a-z])/,
      (_, letter) => `"\\u00${letter.charCodeAt(0).toString(16)}${random.chance(0.1) ? 'x' : ''}`,
    ),
  (text, random) => {
    const depth = random.pick([5, 30, 31, 32, 33, 500])
    return text.replace(/}\s*$/, `,"deep":${'['.repeat(depth)}${']'.repeat(depth)}}`)
  },
  (text, random) => text.replace(/}\s*$/, `,"long":"${'x'.repeat(random.below(9000))}"}`),
  (text, random) => around(random, text, random.below(3)).toSpliced(1, 1, random.pick(PIECES)).join(''),
  (text, random) => around(random, text, random.below(8)).toSpliced(1, 1).join(''),
  (text, random) => text.replaceAll(',', random.pick([' , ', ',\n', ',\t', ',,', ';'])),
  (text, random) =>
    random.pick(['[]', '""', 'null', '{}', `[${text}]`, `${text}${text}`, JSON.stringify(CLAIMS)]),
]

/** Changes of a token's text. Nobody signs it again. */
const TEXT_CHANGES = [
  (text, random) => around(random, text, 1).toSpliced(1, 1, random.pick(CHARACTERS)).join(''),
  (text, random) => around(random, text, 0).toSpliced(1, 1, random.pick(CHARACTERS)).join(''),
  (text, random) =>
    around(random, text, 1 + random.below(4))
      .toSpliced(1, 1)
      .join(''),
  (text, random) => around(random, text, 0).join(random.pick(CHARACTERS).repeat(random.below(2000))),
  (text, random) => {
    const parts = text.split('.')
    const [from, to] = [random.below(parts.length), random.below(parts.length)]
    return parts.with(to, parts[from]).join('.')
  },
  (text) =>
    text
      .split('.')
      .map((part) => part.padEnd(Math.ceil(part.length / 4) * 4, '='))
      .join('.'),
  (text) => text.replaceAll('-', '+').replaceAll('_', '/'),
  (text, random) => text.slice(0, -1) + random.pick(['A', 'B', 'Q', 'w', 'g', '_']),
  (text, random) =>
    text.slice(0, text.lastIndexOf('.') + 1) +
    Buffer.from(random.octets(random.pick([0, 1, 32, 63, 64, 65, 255, 256, 257]))).toString('base64url'),
  (text, random, others) => [text.split('.')[0], ...random.pick(others).split('.').slice(1)].join('.'),
  (text, random, others) =>
    text.slice(0, text.lastIndexOf('.')) + random.pick(others).slice(random.pick(others).lastIndexOf('.')),
  (text, random) =>
    random.pick([
      `Bearer ${text}`,
      `${text},${text}`,
      `${text}~`,
      `"${text}"`,
      JSON.stringify({ token: text }),
    ]),
]

/**
 * Makes a token of another one.
 *
 * @returns its text, and whether its own signature was made over that very text
 */
export function mutate(text, random, signers, others) {
  let changed = text
  let signed = false
  if (random.chance(0.6)) {
    const [header = '', payload = ''] = changed.split('.', 3)
    const parts = [decode(header), decode(payload)]
    for (let count = 1 + random.below(3); count > 0; count--) {
      const which = random.below(2)
      parts[which] = random.pick(JSON_CHANGES)(parts[which], random)
    }
    const signer = random.pick(signers)
    if (random.chance(0.7)) parts[0] = parts[0].replace(/"alg":"[^"]*"/, `"alg":"${signer.alg}"`)
    const input = parts.map(encode).join('.')
    changed = `${input}.${signer.sign(input).toString('base64url')}`
    signed = true
  }
  if (!signed || random.chance(0.3)) {
    const before = changed
    for (let count = 1 + random.below(3); count > 0; count--)
      changed = random.pick(TEXT_CHANGES)(changed, random, others)
    signed &&= changed === before
  }
  return { text: changed, signed }
}
