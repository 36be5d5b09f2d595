import { ConfigurationError } from '../outcome/configuration-error.js'
import { importJwk } from './import-jwk.js'
import { KeyRefused } from './key-refused.js'
import { singleKey, type SingleKey } from './single-key.js'

/**
 * One public key as a JWK (RFC 7517). Its `alg` fixes the algorithm; without it the key's type and curve do.
 *
 * @throws ConfigurationError when the key may not verify signatures
 */
export function jwk(key: object): SingleKey {
  try {
    return singleKey(importJwk(key))
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error
    throw new ConfigurationError('jwk()', `the key ${error.message}`)
  }
}
