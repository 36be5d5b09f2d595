import { generateKeyPairSync } from 'node:crypto'
import { publicJwk, signingKey, type PublicJwk, type SigningKey } from './signing-key.js'

let rsa1024: SigningKey | undefined

/** An RSA key that can be factored: half of the least that RFC 7518 section 3.3 allows. */
export function weakRsaKey(): SigningKey {
  rsa1024 ??= signingKey(
    'weak-rsa-1024',
    'RS256',
    generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey,
  )
  return rsa1024
}

const IDENTITY_POINT = Buffer.alloc(32).fill(1, 0, 1)

/** The neutral element of Ed25519 as a public key: one signature, known to everybody, fits every message. */
export const SMALL_ORDER_JWK: PublicJwk = {
  kty: 'OKP',
  crv: 'Ed25519',
  x: IDENTITY_POINT.toString('base64url'),
  kid: 'weak-small-order',
  alg: 'EdDSA',
  use: 'sig',
}

/** R is the neutral element and S is 0, so that S·B = R + k·A for any k. */
export const SMALL_ORDER_SIGNATURE: Uint8Array = Buffer.concat([IDENTITY_POINT, Buffer.alloc(32)])

/** What an issuer publishes whose keys nobody may trust. */
export function weakJwks(): readonly PublicJwk[] {
  return [publicJwk(weakRsaKey()), SMALL_ORDER_JWK]
}
