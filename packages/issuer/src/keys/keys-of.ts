import { jwk, type KeySource } from '@portcullis/core'
import type { SigningKeys } from './key-ring.js'
import type { SigningKey } from './signing-key.js'

type VerificationKey = ReturnType<typeof jwk>['key']

/** More than a ring ever has: the keys of one are few, and follow one another slowly. */
const REMEMBERED_KEYS = 64

/**
 * The keys of a ring as a key source, for verifiers in the process that has the ring: what is published, signs and is
 * removed is known to them at once. A copy, as `localJwks(await keyRing.jwks())`, ends with the keys that it holds.
 *
 * A shared secret is none of these keys; verifiers are given it by `secret(bytes, 'HS256')`.
 */
export function keysOf(keyRing: Pick<SigningKeys, 'findKey'>): KeySource {
  const imported = new Map<string, VerificationKey>()
  const importKey = ({ id, publicJwk }: SigningKey): VerificationKey | undefined => {
    if (id === undefined || publicJwk === undefined) return undefined
    const known = imported.get(id)
    if (known !== undefined) return known
    const { key } = jwk(publicJwk)
    if (imported.size >= REMEMBERED_KEYS) imported.clear()
    imported.set(id, key)
    return key
  }
  return Object.freeze({
    async find({ kid }: Parameters<KeySource['find']>[0]) {
      const key = kid === undefined ? undefined : await keyRing.findKey(kid)
      return key === undefined ? undefined : importKey(key)
    },
  })
}
