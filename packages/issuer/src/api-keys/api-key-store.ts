/** An API key as it is stored; the key itself is not among it. */
export interface StoredApiKey {
  readonly id: string
  readonly clientId: string
  /** SHA-256 of the secret part, which has 256 random bits. */
  readonly digest: string
  /** The scopes that it is limited to; those of its client when left out. */
  readonly scope?: readonly string[]
  readonly createdAt: number
  /** Seconds since the epoch, as all times here. */
  readonly expiresAt: number
  readonly revokedAt?: number
}

/** Keeps API keys. Each step is atomic. Where it cannot say, it rejects. */
export interface ApiKeyStore {
  /**
   * Adds a key unless its client has `limit` keys already that live at `now`.
   *
   * @returns whether it was added
   */
  add(key: StoredApiKey, limit: number, now: number): boolean | Promise<boolean>
  find(id: string): StoredApiKey | undefined | Promise<StoredApiKey | undefined>
  /** Marks a key as revoked. @returns whether there is such a key */
  revoke(id: string, now: number): boolean | Promise<boolean>
}

/** API keys in memory, for one process. Keys that died are forgotten when their client gets a new one. */
export function memoryApiKeyStore(): ApiKeyStore {
  const byId = new Map<string, StoredApiKey>()
  const lives = (key: StoredApiKey, now: number) => key.revokedAt === undefined && now < key.expiresAt
  return Object.freeze({
    add(key: StoredApiKey, limit: number, now: number) {
      const siblings = [...byId.values()].filter(({ clientId }) => clientId === key.clientId)
      for (const each of siblings) if (!lives(each, now)) byId.delete(each.id)
      if (siblings.filter((each) => lives(each, now)).length >= limit) return false
      byId.set(key.id, key)
      return true
    },
    find: (id: string) => byId.get(id),
    revoke(id: string, now: number) {
      const key = byId.get(id)
      if (key === undefined) return false
      byId.set(id, { ...key, revokedAt: key.revokedAt ?? now })
      return true
    },
  })
}
