import { importJwk } from '../import-jwk.js'
import { createKeySet, type KeySet } from '../key-set.js'
import type { VerificationKey } from '../verification-key.js'
import { FetchFailure } from './fetch-failure.js'

/**
 * Makes sets of what is fetched. A JWK that has not changed by a character stays the same key from set to set, so
 * that what was verified with it need not be verified again; the key id has no say in that.
 *
 * @returns a function that throws KeyRefused for what is no list of keys, or too long a one, and FetchFailure where
 *   no key can be used: `withdrawn` when it is a sound list nevertheless
 */
export function createKeysReader(maximumKeys: number): (keys: unknown) => KeySet {
  let previous: ReadonlyMap<string, VerificationKey> = new Map()

  return (keys) => {
    const imported = new Map<string, VerificationKey>()
    const set = createKeySet({ keys }, maximumKeys, (jwk) => {
      const text = JSON.stringify(jwk)
      // A JWK that stands in the list twice is two keys, or their ambiguity would go unseen.
      const key = (imported.has(text) ? undefined : previous.get(text)) ?? importJwk(jwk)
      imported.set(text, key)
      return key
    })
    if (set.keys.length === 0) {
      const sound = (keys as readonly unknown[]).every((key) => typeof key === 'object' && key !== null)
      throw new FetchFailure('answered with a set that has no usable key', {
        answered: true,
        withdrawn: sound,
      })
    }
    previous = imported
    return set
  }
}
