import { remoteJwks, secret } from '@portcullis/core'

/**
 * What every server of a run is given.
 *
 * @typedef {{ algorithm: 'RS256' | 'HS256', key: import('node:crypto').KeyObject, issuer: string, audience: string,
 *   jwksUri: string }} Material
 */

/** Ours: keys from the endpoint where there are public ones, as a service has it. @param {Material} material */
export function ourOptions({ algorithm, key, issuer, audience, jwksUri }, more = {}) {
  const keys = algorithm === 'HS256' ? secret(key.export(), 'HS256') : remoteJwks(jwksUri)
  return { issuer, audience, keys, ...more }
}

/** What libraries on jsonwebtoken take, with a ready KeyObject, which is much faster than the text of a key. */
export const forJsonwebtoken = ({ algorithm, issuer, audience }) => ({
  issuer,
  audience,
  algorithms: [algorithm],
})

export const ONLY_PUBLIC_KEYS = ['RS256']
