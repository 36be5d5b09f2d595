import { createVerifier, localJwks, secret } from '@portcullis/core'
import { AUDIENCE, ISSUER, jwkOf } from './signed-tokens.mjs'

export const keysOf = (algorithm, publicKey) =>
  algorithm === 'HS256'
    ? secret(publicKey.export(), 'HS256')
    : localJwks({ keys: [jwkOf(algorithm, publicKey)] })

/** Ours, as a service would have it. @returns {(token: string) => Promise<object>} */
export function portcullis(algorithm, publicKey, options = {}) {
  return createVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: keysOf(algorithm, publicKey),
    ...options,
  })
}
