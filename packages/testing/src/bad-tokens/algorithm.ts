import { createSecretKey, type KeyObject } from 'node:crypto'
import { ALGORITHMS, isSymmetric } from '../signing/algorithms.js'
import { base64url } from '../signing/compact.js'
import { publicJwk, publicKeyOf, signingKey, type SigningKey } from '../signing/signing-key.js'
import { segments, signed, type Applicability, type BadTokenEntry, type Bench } from './bench.js'

/** Spellings of a public key that somebody could have configured as the secret of HMAC (RFC 8725 section 3.1). */
function confusion(spelling: string, secretOf: (key: SigningKey, publicKey: KeyObject) => string | Buffer) {
  return {
    name: `HS256 with the public key as its secret: ${spelling}`,
    code: 'algorithm_not_allowed',
    make: (bench: Bench) => {
      const secret = Buffer.from(secretOf(bench.key, publicKeyOf(bench.key.material)))
      const forger = signingKey(bench.key.id, 'HS256', createSecretKey(secret))
      return signed(bench, { header: { alg: 'HS256' } }, forger)
    },
    appliesTo: ({ algorithm }: Applicability) => !isSymmetric(algorithm),
  } as const satisfies BadTokenEntry
}

const pemOf = (key: KeyObject) => key.export({ format: 'pem', type: 'spki' }).toString()
const derOf = (key: KeyObject) => key.export({ format: 'der', type: 'spki' })
const bodyOf = (key: KeyObject) => derOf(key).toString('base64')
const numberOf = (key: SigningKey) => publicJwk(key).n ?? publicJwk(key).x ?? ''

const unsigned = (alg: string) => (bench: Bench) =>
  `${base64url({ ...bench.header, alg })}.${base64url(bench.claims)}.`

/** The header names an algorithm that the key does not allow (RFC 8725 section 3.1 and 3.2). */
export const ALGORITHM = {
  unsigned: { name: 'unsigned: alg none', code: 'token_malformed', make: unsigned('none') },
  unsignedInMixedCase: { name: 'unsigned: alg nOnE', code: 'token_malformed', make: unsigned('nOnE') },
  unsignedKeepingSignature: {
    name: 'alg none, with the signature left in place',
    code: 'algorithm_not_allowed',
    make: (bench) => {
      const [, payload, signature] = segments(bench)
      return `${base64url({ ...bench.header, alg: 'none' })}.${payload}.${signature}`
    },
  },
  missingAlgorithm: {
    name: 'no alg',
    code: 'token_malformed',
    make: (bench) => signed(bench, { header: { alg: undefined } }),
  },
  algorithmInLowerCase: {
    name: 'the right alg in another case',
    code: 'algorithm_not_allowed',
    make: (bench) => {
      const { algorithm } = bench.key
      const [lower, upper] = [algorithm.toLowerCase(), algorithm.toUpperCase()]
      return signed(bench, { header: { alg: lower === algorithm ? upper : lower } })
    },
  },
  siblingAlgorithm: {
    name: 'another algorithm that the same key can sign with',
    code: 'algorithm_not_allowed',
    make: (bench) => {
      const { id, algorithm, material } = bench.key
      const sibling = ALGORITHMS[algorithm].sibling ?? algorithm
      return signed(bench, { header: { alg: sibling } }, signingKey(id, sibling, material))
    },
    appliesTo: ({ algorithm }) => ALGORITHMS[algorithm].sibling !== undefined,
  },

  confusionPem: confusion('PEM', (_, key) => pemOf(key)),
  confusionPemTrimmed: confusion('PEM without its last newline', (_, key) => pemOf(key).trimEnd()),
  confusionPemCrlf: confusion('PEM with CRLF', (_, key) => pemOf(key).replaceAll('\n', '\r\n')),
  confusionPemBody: confusion('the lines of PEM joined', (_, key) => bodyOf(key)),
  confusionDer: confusion('DER', (_, key) => derOf(key)),
  confusionJwk: confusion('JWK', (key) => JSON.stringify(publicJwk(key))),
  confusionNumberText: confusion('the member n or x as text', numberOf),
  confusionNumber: confusion('the octets of n or x', (key) => Buffer.from(numberOf(key), 'base64url')),
  confusionKeyId: confusion('the key id', (key) => key.id),
  confusionEmpty: confusion('nothing at all', () => ''),
} satisfies Record<string, BadTokenEntry>
