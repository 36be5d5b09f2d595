import type { JwsHeader } from '../jose/jws-header.js'
import { AuthError } from '../outcome/auth-error.js'
import type { KeySource } from './key-source.js'
import { VerificationKey } from './verification-key.js'

/**
 * The key that a source has for a token, at once where the source answers at once.
 *
 * A source that fails has not said that the key is unknown: that is an outage, and not the caller's fault.
 *
 * @throws AuthError `key_unknown` (401), or `keys_unavailable` (503) where the source fails or answers anything
 *   but a key made by this library; an empty or home-made key is never used
 */
export function findKey(keys: KeySource, header: JwsHeader): VerificationKey | Promise<VerificationKey> {
  let found: unknown
  try {
    found = keys.find(header)
  } catch (cause) {
    throw unavailable(cause)
  }
  if (VerificationKey.is(found)) return found
  if (!isThenable(found)) return requireKey(found)
  return Promise.resolve(found).then(requireKey, (cause: unknown) => {
    throw unavailable(cause)
  })
}

function requireKey(found: unknown): VerificationKey {
  if (VerificationKey.is(found)) return found
  throw new AuthError(found === undefined ? 'key_unknown' : 'keys_unavailable')
}

function unavailable(cause: unknown): AuthError {
  return cause instanceof AuthError ? cause : new AuthError('keys_unavailable', { cause })
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
