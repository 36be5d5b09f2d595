import { CLAIMS, encode, segments, signSegments, token } from './support/forge.js'
import { aliases, header1, header2, pad, payload1, payload2, sized, whole } from './support/segments.js'
import { accepts, refuses, type Tokens } from './support/tables.js'

const GOOD = token()
const [header, payload, signature] = segments(GOOD)
/** Signs oddly written segments over the very text. */
const odd = (one: string, two: string) => signSegments(one, two)

refuses('attack 13: padding', 'token_malformed', {
  'in the header, once': odd(pad(header2), payload),
  'in the header, twice': odd(pad(header1), payload),
  'in the payload, once': odd(header, pad(payload2)),
  'in the payload, twice': odd(header, pad(payload1)),
  'in the signature': `${header}.${payload}.${pad(signature)}`,
  'in all three': `${odd(pad(header1), pad(payload1))}==`,
  'one where two belong': odd(header, `${payload1}=`),
  'where none belongs': odd(header, `${whole}=`),
  'four where none belongs': odd(header, `${whole}====`),
  'in front': odd(header, `=${payload}`),
  within: odd(header, `${payload.slice(0, 4)}=${payload.slice(4)}`),
  'percent-encoded': odd(header, `${payload1}%3D%3D`),
  'by a dot': `${header}.${payload}.${signature}.`,
})

/** Claims whose base64 has both characters that differ between the alphabets. */
const telling = Buffer.from(JSON.stringify({ ...CLAIMS, odd: '>>>???~~~ÿÿÿ' }))
refuses('attack 14: the other alphabet', 'token_malformed', {
  'in the payload': odd(header, telling.toString('base64').replace(/=+$/, '')),
  'in the payload, padded': odd(header, telling.toString('base64')),
  'plus for minus': odd(header, encode(telling).replace('-', '+')),
  'slash for underscore': odd(header, encode(telling).replace('_', '/')),
  ...signaturesWith(/[-_]/, (text) => text.replaceAll('-', '+').replaceAll('_', '/'), 'in the signature'),
})

function signaturesWith(characters: RegExp, change: (text: string) => string, name: string): Tokens {
  for (let nonce = 0; ; nonce++) {
    const candidate = token({ nonce })
    const [one, two, three] = segments(candidate)
    if (characters.test(three)) return { [name]: [one, two, change(three)].join('.') }
  }
}

const STRANGERS = [
  ' ',
  '\t',
  '\n',
  '\r\n',
  '\0',
  '?',
  '\u00a0',
  '\u200b',
  'é',
  '!',
  '"',
  '\\',
  '/',
  '+',
  '~',
  '%',
  '中',
  '\ud83d\ude00',
  '\ud800',
  '\x7f',
  '\x80',
]
refuses(
  'attack 15: characters of no alphabet',
  'token_malformed',
  Object.fromEntries(
    STRANGERS.flatMap((character) => {
      const name = JSON.stringify(character)
      const into = (text: string, at: number) => text.slice(0, at) + character + text.slice(at)
      return [
        [`${name} in the header, signed so`, odd(into(header, 4), payload)],
        [`${name} in the payload, signed so`, odd(header, into(payload, 8))],
        [`${name} behind the payload, signed so`, odd(header, payload + character)],
        [`${name} in front of the header, signed so`, odd(character + header, payload)],
        [`${name} in the signature`, `${header}.${payload}.${into(signature, 20)}`],
        [
          `${name} instead of one of the signature`,
          `${header}.${payload}.${signature.replace(/^./, character)}`,
        ],
      ]
    }),
  ),
)

refuses('attack 17: stray bits in the last character', 'token_malformed', {
  ...Object.fromEntries(
    aliases(header1).map((one, index) => [`header of 1 mod 3, ${index}`, odd(one, payload)]),
  ),
  ...Object.fromEntries(
    aliases(header2).map((one, index) => [`header of 2 mod 3, ${index}`, odd(one, payload)]),
  ),
  ...Object.fromEntries(
    aliases(payload1).map((two, index) => [`payload of 1 mod 3, ${index}`, odd(header, two)]),
  ),
  ...Object.fromEntries(
    aliases(payload2).map((two, index) => [`payload of 2 mod 3, ${index}`, odd(header, two)]),
  ),
  ...Object.fromEntries(
    aliases(signature).map((three, index) => [`signature, ${index}`, `${header}.${payload}.${three}`]),
  ),
})
accepts('attack 17: the same without stray bits', {
  'header of 1 mod 3': odd(header1, payload),
  'header of 2 mod 3': odd(header2, payload),
  'payload of 1 mod 3': odd(header, payload1),
  'payload of 2 mod 3': odd(header, payload2),
  'payload of 0 mod 3': odd(header, whole),
})

refuses('attack 18: a length that no octets have', 'token_malformed', {
  'of the header': odd(`${encode(sized({ alg: 'ES256' }, 0))}A`, payload),
  'of the payload': odd(header, `${whole}A`),
  'of the signature, longer': `${header}.${payload}.${signature}AAA`,
  'of one character': `${header}.${payload}.A`,
  'of one character for the payload': odd(header, 'A'),
})

const CLAIMS_TEXT = JSON.stringify({ ...CLAIMS, name: 'x' })
const raw = (one: Buffer | string, two: Buffer | string) => signSegments(encode(one), encode(two))
const utf16 = (text: string) => Buffer.from(text, 'utf16le')
const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16()
const inName = (...octets: readonly number[]) => {
  const at = CLAIMS_TEXT.indexOf('"x"') + 1
  return Buffer.concat([
    Buffer.from(CLAIMS_TEXT.slice(0, at)),
    Buffer.from(octets),
    Buffer.from(CLAIMS_TEXT.slice(at)),
  ])
}
const HEADER_TEXT = '{"alg":"ES256"}'
refuses('attacks 19 to 21: text that is not UTF-8', 'token_malformed', {
  'a continuation octet alone': raw(HEADER_TEXT, inName(0x80)),
  'a first octet alone': raw(HEADER_TEXT, inName(0xc3)),
  'two of three octets': raw(HEADER_TEXT, inName(0xe2, 0x82)),
  'an octet that never occurs': raw(HEADER_TEXT, inName(0xff)),
  'Latin-1': raw(HEADER_TEXT, inName(0xe9)),
  'an overlong slash': raw(HEADER_TEXT, inName(0xc0, 0xaf)),
  'an overlong NUL': raw(HEADER_TEXT, inName(0xc0, 0x80)),
  'an overlong letter of three octets': raw(HEADER_TEXT, inName(0xe0, 0x81, 0xa1)),
  'an overlong letter of four octets': raw(HEADER_TEXT, inName(0xf0, 0x80, 0x81, 0xa1)),
  'an overlong quotation mark': raw(
    HEADER_TEXT,
    Buffer.concat([Buffer.from(CLAIMS_TEXT.slice(0, -1)), Buffer.from([0xc0, 0xa2]), Buffer.from('}')]),
  ),
  'beyond the last code point': raw(HEADER_TEXT, inName(0xf4, 0x90, 0x80, 0x80)),
  'five octets': raw(HEADER_TEXT, inName(0xf8, 0x88, 0x80, 0x80, 0x80)),
  'a surrogate': raw(HEADER_TEXT, inName(0xed, 0xa0, 0x80)),
  'a low surrogate': raw(HEADER_TEXT, inName(0xed, 0xb0, 0x80)),
  'a pair of surrogates (CESU-8)': raw(HEADER_TEXT, inName(0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80)),
  'UTF-16, little-endian': raw(HEADER_TEXT, utf16(CLAIMS_TEXT)),
  'UTF-16, big-endian': raw(HEADER_TEXT, swapped(CLAIMS_TEXT)),
  'UTF-16 with a mark': raw(HEADER_TEXT, utf16(`\ufeff${CLAIMS_TEXT}`)),
  'UTF-32': raw(
    HEADER_TEXT,
    Buffer.from(Array.from(CLAIMS_TEXT, (letter) => [letter.charCodeAt(0), 0, 0, 0]).flat()),
  ),
  'UTF-7': raw('+AHs-"alg":"ES256"+AH0-', CLAIMS_TEXT),
  'a byte order mark before the claims': raw(HEADER_TEXT, `\ufeff${CLAIMS_TEXT}`),
  'a byte order mark before the header': raw(`\ufeff${HEADER_TEXT}`, CLAIMS_TEXT),
  'a byte order mark behind the claims': raw(HEADER_TEXT, `${CLAIMS_TEXT}\ufeff`),
  'a header in UTF-16': raw(utf16(HEADER_TEXT), CLAIMS_TEXT),
  'a header in Latin-1': raw(Buffer.from('{"alg":"ES256","x":"é"}', 'latin1'), CLAIMS_TEXT),
  'a header with a surrogate': raw(
    Buffer.concat([Buffer.from('{"alg":"ES256","x":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
    CLAIMS_TEXT,
  ),
  compressed: raw(HEADER_TEXT, Buffer.from('789cab564a2c2d5', 'hex')),
})
accepts('attack 20: text as honest issuers write it', {
  'umlauts, Chinese and a smile': token({ name: 'Jürgen 李 😀' }),
  'escapes of the same': raw(
    HEADER_TEXT,
    CLAIMS_TEXT.replace('"x"', '"J\\u00fcrgen \\u674e \\ud83d\\ude00"'),
  ),
  'half a pair of surrogates, escaped': raw(HEADER_TEXT, CLAIMS_TEXT.replace('"x"', '"\\ud800"')),
  'NUL, escaped': raw(HEADER_TEXT, CLAIMS_TEXT.replace('"x"', '"a\\u0000b"')),
  'the last code point': token({ name: '\u{10ffff}' }),
  'a byte order mark in a value': token({ name: '\ufeffx' }),
})
