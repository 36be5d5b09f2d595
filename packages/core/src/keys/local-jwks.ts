import { ConfigurationError } from '../outcome/configuration-error.js'
import { createKeySet } from './key-set.js'
import { KeyRefused } from './key-refused.js'
import type { KeySource } from './key-source.js'

const MAXIMUM_KEYS = 1000

/**
 * Public keys from a JWKS (RFC 7517 section 5) that the service has at hand. Keys that must not verify anything
 * are left out; a set with a symmetric or private key, or without one usable key, is a configuration error.
 *
 * @throws ConfigurationError
 */
export function localJwks(jwks: { readonly keys: readonly object[] }): KeySource {
  let set
  try {
    set = createKeySet(jwks, MAXIMUM_KEYS)
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error
    throw new ConfigurationError('localJwks()', error.message)
  }
  const secretKey = set.refused.find(({ reason }) => /symmetric|private/.test(reason))
  if (secretKey !== undefined) {
    throw new ConfigurationError(
      'localJwks()',
      `key ${secretKey.index} ${secretKey.reason}; give public keys here, and a shared secret by secret(bytes, 'HS256')`,
    )
  }
  if (set.keys.length === 0) {
    const reasons = set.refused.map(({ index, reason }) => `key ${index} ${reason}`).join('; ')
    throw new ConfigurationError('localJwks()', `has no usable key${reasons === '' ? '' : `: ${reasons}`}`)
  }
  return Object.freeze({
    find: set.select,
    keyIds: set.keyIds,
    algorithms: Object.freeze([...new Set(set.keys.flatMap((key) => key.algorithms))]),
  })
}
