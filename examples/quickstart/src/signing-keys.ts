import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto'

/** How an authorization server may sign; one key pair each. */
const KEY_PAIRS = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
} satisfies Record<string, () => { readonly privateKey: KeyObject }>

export type SigningAlgorithm = keyof typeof KEY_PAIRS

export const SIGNING_ALGORITHMS = Object.keys(KEY_PAIRS) as readonly SigningAlgorithm[]

/** A private key as a JWK, with everything in it that a token's header and the published set need. */
export interface SigningKey extends JsonWebKey {
  readonly kid: string
  readonly alg: SigningAlgorithm
  readonly use: 'sig'
}

/** A fresh private JWK. The key id says nothing of the key, so that two servers can use the same one. */
export function createSigningKey(algorithm: SigningAlgorithm): SigningKey {
  const { privateKey } = KEY_PAIRS[algorithm]()
  return { ...privateKey.export({ format: 'jwk' }), kid: `${algorithm}-1`, alg: algorithm, use: 'sig' }
}
