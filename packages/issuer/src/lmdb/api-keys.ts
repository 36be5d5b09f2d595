import type { ApiKeyStore, StoredApiKey } from '../api-keys/api-key-store.js'
import type { Table } from './table.js'

/** The ids of a client's keys, of which there are few at a time. */
type Owned = readonly string[]

export function lmdbApiKeys(keys: Table<StoredApiKey>, owners: Table<Owned>): ApiKeyStore {
  const keep = (key: StoredApiKey, now: number) => {
    keys.put(key.id, key, { now, until: key.expiresAt })
  }
  return Object.freeze({
    add: (key, limit, now) =>
      keys.step(() => {
        const owned = owners.get(key.clientId) ?? []
        const living = owned.flatMap((id) => keys.get(id) ?? []).filter((each) => lives(each, now))
        if (living.length >= limit) return false
        const next = [...living, key]
        const until = Math.max(...next.map(({ expiresAt }) => expiresAt))
        // The list first: an id in it without a key is nothing, a key that no list has would count for nobody.
        owners.put(
          key.clientId,
          next.map(({ id }) => id),
          { now, until },
        )
        keep(key, now)
        for (const id of owned) if (!next.some((each) => each.id === id)) keys.remove(id)
        return true
      }),
    find: (id) => keys.get(id),
    revoke: (id, now) =>
      keys.step(() => {
        const key = keys.get(id)
        if (key !== undefined && key.revokedAt === undefined) keep({ ...key, revokedAt: now }, now)
        return key !== undefined
      }),
  } satisfies ApiKeyStore)
}

function lives({ revokedAt, expiresAt }: StoredApiKey, now: number): boolean {
  return revokedAt === undefined && now < expiresAt
}
