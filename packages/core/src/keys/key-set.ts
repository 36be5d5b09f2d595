import type { JwsHeader } from '../jose/jws-header.js'
import { importJwk } from './import-jwk.js'
import { KeyRefused } from './key-refused.js'
import type { VerificationKey } from './verification-key.js'

/** A key that was left out of a set, and why. */
export interface RefusedKey {
  /** The key's place in the set. */
  readonly index: number
  readonly reason: string
}

/** The usable keys of one JWKS (RFC 7517 section 5). */
export interface KeySet {
  readonly keys: readonly VerificationKey[]
  readonly refused: readonly RefusedKey[]
  readonly keyIds: () => readonly string[]
  /** The one key that the header means: by exact id, or the only one that fits where the token names none. */
  readonly select: (header: JwsHeader) => VerificationKey | undefined
}

/**
 * Imports what can be used and leaves out the rest with a reason: one bad key does not take the good ones with it.
 * Two keys that the same header could mean are both left out, because nothing says which of them is right.
 *
 * @param maximumKeys a set with more is refused as a whole
 * @param importKey for a source that knows some of the keys already; throws KeyRefused for what must not be used
 * @throws KeyRefused when this is no JWKS at all
 */
export function createKeySet(
  jwks: unknown,
  maximumKeys: number,
  importKey: (jwk: unknown) => VerificationKey = importJwk,
): KeySet {
  const list =
    typeof jwks === 'object' && jwks !== null && Object.hasOwn(jwks, 'keys')
      ? (jwks as { keys: unknown }).keys
      : undefined
  if (!Array.isArray(list)) throw new KeyRefused('is not a JWKS: an object with a list called keys')
  if (list.length > maximumKeys) throw new KeyRefused(`has more than ${maximumKeys} keys`)

  const refused: RefusedKey[] = []
  const imported: { readonly index: number; readonly key: VerificationKey }[] = []
  list.forEach((jwk: unknown, index) => {
    try {
      imported.push({ index, key: importKey(jwk) })
    } catch (error) {
      if (!(error instanceof KeyRefused)) throw error
      refused.push({ index, reason: error.message })
    }
  })
  const keys: VerificationKey[] = []
  for (const { index, key } of imported) {
    if (imported.some((other) => other.key !== key && areAmbiguous(other.key, key))) {
      refused.push({ index, reason: 'has the same key id and algorithm as another key' })
    } else {
      keys.push(key)
    }
  }
  const byId = new Map<string, VerificationKey[]>()
  for (const key of keys) {
    if (key.id !== undefined) byId.set(key.id, [...(byId.get(key.id) ?? []), key])
  }

  return Object.freeze({
    keys: Object.freeze(keys),
    refused: Object.freeze(refused),
    keyIds: () => [...byId.keys()],
    select({ alg, kid }: JwsHeader) {
      const candidates = kid === undefined ? keys : (byId.get(kid) ?? [])
      // A known id whose key does not allow the algorithm: the walk refuses it for that, not as unknown.
      if (kid !== undefined && candidates.length === 1) return candidates[0]
      const fitting = candidates.filter((key) => key.algorithms.some((name) => name === alg))
      return fitting.length === 1 ? fitting[0] : undefined
    },
  })
}

function areAmbiguous(one: VerificationKey, other: VerificationKey): boolean {
  return (
    one.id !== undefined &&
    one.id === other.id &&
    one.algorithms.some((name) => other.algorithms.includes(name))
  )
}
