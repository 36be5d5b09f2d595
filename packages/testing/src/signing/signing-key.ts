import {
  createHmac,
  createPublicKey,
  createSecretKey,
  generateKeyPair,
  generateKeyPairSync,
  randomBytes,
  sign as signOctets,
  type KeyObject,
} from 'node:crypto'
import { promisify } from 'node:util'
import { ALGORITHMS, type TestAlgorithm } from './algorithms.js'
import type { Signer } from './compact.js'

/** A key that can sign, with the id under which it is known. */
export interface SigningKey {
  readonly id: string
  readonly algorithm: TestAlgorithm
  /** The private key, or the shared secret. */
  readonly material: KeyObject
  /** Signs with the key's own algorithm. */
  readonly sign: Signer
}

/** A public key as a JWKS has it (RFC 7517 section 4). */
export interface PublicJwk {
  readonly kty: string
  readonly kid: string
  readonly alg: string
  readonly use: 'sig'
  readonly crv?: string
  readonly x?: string
  readonly y?: string
  readonly n?: string
  readonly e?: string
}

/** Signs with any key and any algorithm, fitting or not: what a forger does. */
export function signerFor(algorithm: TestAlgorithm, material: KeyObject): Signer {
  const { keyType, hash, parameters } = ALGORITHMS[algorithm]
  if (keyType === 'oct' && hash !== undefined) {
    return (input) => createHmac(hash, material).update(input).digest()
  }
  return (input) => signOctets(hash ?? null, Buffer.from(input), { key: material, ...parameters })
}

export function signingKey(id: string, algorithm: TestAlgorithm, material: KeyObject): SigningKey {
  return Object.freeze({ id, algorithm, material, sign: signerFor(algorithm, material) })
}

/** The public half, for a JWKS. */
export function publicJwk({ id, algorithm, material }: SigningKey): PublicJwk {
  const jwk = publicKeyOf(material).export({ format: 'jwk' }) as { kty: string }
  return { ...jwk, kid: id, alg: algorithm, use: 'sig' }
}

export function publicKeyOf(privateKey: KeyObject): KeyObject {
  return createPublicKey(privateKey.export({ format: 'pem', type: 'pkcs8' }))
}

/** Makes a new key; an RSA key takes some tenths of a second, off the event loop. */
export async function generateSigningKey(id: string, algorithm: TestAlgorithm): Promise<SigningKey> {
  const { keyType, curve, secretLength } = ALGORITHMS[algorithm]
  if (keyType !== 'RSA') return signingKey(id, algorithm, generateQuickly(curve, secretLength))
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return signingKey(id, algorithm, privateKey)
}

/** A key of a kind that takes no time to make: on a curve, or a secret. */
export function generateQuickly(curve: string | undefined, secretLength: number | undefined): KeyObject {
  if (secretLength !== undefined) return createSecretKey(randomBytes(secretLength))
  if (curve !== undefined) return generateKeyPairSync('ec', { namedCurve: curve }).privateKey
  return generateKeyPairSync('ed25519').privateKey
}
