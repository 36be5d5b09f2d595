import { base64url, compact, signSegments } from '../signing/compact.js'
import { segments, signed, type BadTokenEntry, type Bench } from './bench.js'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const LONGEST_TOKEN = 16_384

/** The claims as JSON text with spaces, so that a last group of base64 is not full. */
function unevenText(claims: object): string {
  const text = JSON.stringify(claims)
  return Buffer.byteLength(text) % 3 === 0 ? `${text} ` : text
}

/** A payload that is signed as it is written: these octets. */
const payload = (write: (bench: Bench) => string | Buffer) => (bench: Bench) =>
  compact(bench.header, write(bench), bench.key.sign)

/** A payload that is signed as it is written: this segment. */
const segment = (write: (bench: Bench) => string) => (bench: Bench) =>
  signSegments(base64url(bench.header), write(bench), bench.key.sign)

/** The claims' JSON with more members before and after its own. */
function withText(claims: object, before: string, after = ''): string {
  return `{${before}${JSON.stringify(claims).slice(1, -1)}${after}}`
}

/** What only a lenient parser reads, or two parsers read differently (RFC 7515 section 2 and 4, RFC 7519 section 4). */
export const ENCODING = {
  duplicateHeader: {
    name: 'two alg in the header',
    code: 'token_malformed',
    make: (bench) => compact(withText(bench.header, '"alg":"none",'), bench.claims, bench.key.sign),
  },
  duplicateClaim: {
    name: 'two subjects',
    code: 'token_malformed',
    make: payload(({ claims }) => withText(claims, '"sub":"root",')),
  },
  duplicateClaimInDisguise: {
    name: 'two subjects, one in an escaped spelling',
    code: 'token_malformed',
    make: payload(({ claims }) => withText(claims, '', ',"\\u0073ub":"root"')),
  },
  paddedPayload: {
    name: 'a padded payload',
    code: 'token_malformed',
    make: segment(({ claims }) =>
      Buffer.from(unevenText(claims)).toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
    ),
  },
  paddedSignature: {
    name: 'a padded signature',
    code: 'token_malformed',
    make: (bench) => `${signed(bench)}=`,
  },
  standardAlphabet: {
    name: 'a payload in the other alphabet of base64',
    code: 'token_malformed',
    // Five question marks hold three at a full group, and three are a slash at its end.
    make: segment(({ claims }) =>
      Buffer.from(JSON.stringify({ ...claims, note: '?????' }))
        .toString('base64')
        .replaceAll('=', ''),
    ),
  },
  strayBits: {
    name: 'stray bits in the last character of the payload',
    code: 'token_malformed',
    make: segment(({ claims }) => {
      const text = base64url(unevenText(claims))
      return text.slice(0, -1) + ALPHABET.charAt(ALPHABET.indexOf(text.slice(-1)) + 1)
    }),
  },
  invalidUtf8: {
    name: 'a payload that is no UTF-8',
    code: 'token_malformed',
    make: payload(({ claims }) => Buffer.from(withText(claims, '"note":"\xff",'), 'latin1')),
  },
  byteOrderMark: {
    name: 'a byte order mark before the payload',
    code: 'token_malformed',
    make: payload(({ claims }) => `\ufeff${JSON.stringify(claims)}`),
  },
  payloadAsList: {
    name: 'a list of claims',
    code: 'token_malformed',
    make: payload(({ claims }) => JSON.stringify([claims])),
  },
  prototypeMember: {
    name: 'claims for the prototype: __proto__',
    code: 'token_malformed',
    make: payload(({ claims }) => withText(claims, '"__proto__":{"roles":["admin"]},')),
  },
  infiniteExpiry: {
    name: 'an expiry beyond all numbers: 1e400',
    code: 'token_malformed',
    make: payload(({ claims }) => withText({ ...claims, exp: undefined }, '"exp":1e400,')),
  },
  deeplyNested: {
    name: 'a claim of a hundred levels',
    code: 'token_malformed',
    make: payload(({ claims }) => withText(claims, `"deep":${'['.repeat(100)}${']'.repeat(100)},`)),
  },

  twoSegments: {
    name: 'two segments',
    code: 'token_malformed',
    make: (bench) => segments(bench).slice(0, 2).join('.'),
  },
  fourSegments: {
    name: 'four segments',
    code: 'token_malformed',
    make: (bench) => `${signed(bench)}.${base64url('more')}`,
  },
  fiveSegments: {
    name: 'five segments, as an encrypted token has them',
    code: 'token_malformed',
    make: (bench) => {
      const [, body, signature] = segments(bench)
      return [base64url({ alg: 'dir', enc: 'A256GCM' }), '', signature.slice(0, 16), body, signature].join(
        '.',
      )
    },
  },
  jsonSerialisation: {
    name: 'JSON serialisation',
    code: 'token_malformed',
    make: (bench) => {
      const [header, body, signature] = segments(bench)
      return JSON.stringify({ protected: header, payload: body, signature })
    },
  },
  opaque: { name: 'no JWT at all', code: 'token_malformed', make: () => '2YotnFZFEjr1zCsicMWpAA' },
  tooLong: {
    name: 'more than 16,384 characters',
    code: 'token_too_long',
    make: (bench) => signed(bench, { claims: { note: 'x'.repeat(LONGEST_TOKEN) } }),
    // Node refuses header fields of more than 16 KiB by itself (RFC 6585 section 5).
    status: 431,
  },
} satisfies Record<string, BadTokenEntry>
