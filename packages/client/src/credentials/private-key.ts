import { ConfigurationError } from '@portcullis/core'
import { importJWK, type JWK } from 'jose'
import { createPrivateKey, createPublicKey, KeyObject, type JsonWebKey } from 'node:crypto'
import type { CryptoKey } from 'oauth4webapi'

/** What each algorithm asks of its key. */
const ALGORITHMS = {
  ES256: { type: 'ec', curve: 'prime256v1' },
  ES384: { type: 'ec', curve: 'secp384r1' },
  ES512: { type: 'ec', curve: 'secp521r1' },
  Ed25519: { type: 'ed25519', curve: undefined },
  PS256: { type: 'rsa', curve: undefined },
  RS256: { type: 'rsa', curve: undefined },
} as const

export type PrivateKeyAlgorithm = keyof typeof ALGORITHMS
export const PRIVATE_KEY_ALGORITHMS = Object.keys(ALGORITHMS) as readonly PrivateKeyAlgorithm[]

const LEAST_RSA_BITS = 2048

/** A private key of the client's own. */
export interface PrivateKeyOptions {
  /** A `KeyObject` of node:crypto, or a private JWK. */
  readonly key: KeyObject | JWK
  /** What it signs by; the `alg` of a JWK when left out. The kind of a key alone does not say it. */
  readonly algorithm?: PrivateKeyAlgorithm
  /** The `kid` under which the issuer knows it; that of a JWK when left out. */
  readonly keyId?: string
}

/** The two halves for WebCrypto, of which the private one cannot be exported. */
export interface KeyPair {
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
}

export interface PrivateKey {
  readonly keyId: string | undefined
  /** Imported when first asked for. */
  readonly pair: () => Promise<KeyPair>
}

/** @throws ConfigurationError for a key that is no private one, too short, or for another algorithm */
export function readPrivateKey({ key, algorithm, keyId }: PrivateKeyOptions, option: string): PrivateKey {
  const material = materialOf(key, option)
  const given = key instanceof KeyObject ? {} : key
  const name = algorithm ?? given.alg
  const found = PRIVATE_KEY_ALGORITHMS.find((candidate) => candidate === name)
  if (found === undefined) {
    throw new ConfigurationError(`${option}.algorithm`, `expects one of ${PRIVATE_KEY_ALGORITHMS.join(', ')}`)
  }
  const { type, curve } = ALGORITHMS[found]
  const { namedCurve, modulusLength = 0 } = material.asymmetricKeyDetails ?? {}
  if (material.asymmetricKeyType !== type || (curve !== undefined && namedCurve !== curve)) {
    throw new ConfigurationError(`${option}.key`, `is no key for ${found}`)
  }
  if (type === 'rsa' && modulusLength < LEAST_RSA_BITS) {
    throw new ConfigurationError(`${option}.key`, `is shorter than ${LEAST_RSA_BITS} bits`)
  }
  let pair: Promise<KeyPair> | undefined
  return { keyId: keyId ?? given.kid, pair: () => (pair ??= importPair(material, found)) }
}

function materialOf(key: unknown, option: string): KeyObject {
  try {
    const material =
      key instanceof KeyObject ? key : createPrivateKey({ key: key as JsonWebKey, format: 'jwk' })
    if (material.type === 'private') return material
  } catch {
    // The reason could quote the key.
  }
  throw new ConfigurationError(`${option}.key`, 'expects a private KeyObject or JWK')
}

async function importPair(key: KeyObject, algorithm: PrivateKeyAlgorithm): Promise<KeyPair> {
  const halves = [key, createPublicKey(key as never)].map((half) => half.export({ format: 'jwk' }) as JWK)
  const [privateKey, publicKey] = await Promise.all(
    halves.map((jwk, at) => importJWK(jwk, algorithm, { extractable: at === 1 }) as Promise<CryptoKey>),
  )
  return { privateKey: privateKey as CryptoKey, publicKey: publicKey as CryptoKey }
}
