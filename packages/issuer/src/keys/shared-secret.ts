import { ConfigurationError } from '@portcullis/core'
import { createSecretKey } from 'node:crypto'
import type { SigningKeys } from './key-ring.js'
import { SigningKey } from './signing-key.js'

const LEAST_BYTES = 32

/**
 * Signs with a secret that issuer and verifiers share (HS256): whoever can verify can issue. Nothing is published,
 * and the secret is changed where it is kept. Prefer `createKeyRing()`.
 *
 * @param bytes at least 32, random; verifiers take the same by core's `secret(bytes, 'HS256')`
 * @throws ConfigurationError
 */
export function sharedSecret(bytes: Uint8Array): SigningKeys {
  if (!(bytes instanceof Uint8Array) || bytes.length < LEAST_BYTES) {
    throw new ConfigurationError('sharedSecret()', `expects at least ${LEAST_BYTES} random bytes`)
  }
  const key = new SigningKey({
    id: undefined,
    algorithm: 'HS256',
    material: createSecretKey(bytes),
    publicJwk: undefined,
  })
  return Object.freeze({
    maxTokenLifetime: 604_800,
    jwksMaxAge: 300,
    signingKey: () => Promise.resolve(key),
    findKey: (id: string | undefined) => Promise.resolve(id === undefined ? key : undefined),
    jwks: () => Promise.resolve({ keys: [] }),
  })
}
