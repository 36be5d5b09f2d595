import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

const generate = promisify(generateKeyPair)

/** How a key for each algorithm is made; the names are those of RFC 7518 section 3.1 and RFC 8037 section 3.1. */
const GENERATORS = {
  RS256: async () => (await generate('rsa', { modulusLength: 2048 })).privateKey,
  PS256: async () => (await generate('rsa', { modulusLength: 2048 })).privateKey,
  ES256: async () => (await generate('ec', { namedCurve: 'P-256' })).privateKey,
  EdDSA: async () => (await generate('ed25519')).privateKey,
} as const satisfies Record<string, () => Promise<KeyObject>>

/** Algorithms whose public keys can be published. */
export type SigningAlgorithm = keyof typeof GENERATORS

export const SIGNING_ALGORITHMS = Object.keys(GENERATORS) as SigningAlgorithm[]

/** A new private key; RSA keys have 2048 bits. */
export function generateSigningKey(algorithm: SigningAlgorithm): Promise<KeyObject> {
  return GENERATORS[algorithm]()
}
