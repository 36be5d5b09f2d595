/** How many entries a write looks at beside its own work, so that no write has to clear away all that died. */
const SWEPT_AT_ONCE = 4
/** How many when there is no room: bounded too, since a full map means a flood. */
const SWEPT_WHEN_FULL = 256

/** A map whose entries die at a time of their own, and which holds at most so many. */
export interface ExpiringMap<V> {
  readonly size: number
  /** The living entry. */
  get(key: string, now: number): V | undefined
  /** @throws Error when the map is full; it forgets no living entry. TypeError when `expiresAt` is no finite number */
  set(key: string, value: V, expiresAt: number, now: number): void
}

/** @param capacity entries at most */
export function createExpiringMap<V>(capacity: number): ExpiringMap<V> {
  const entries = new Map<string, { readonly value: V; readonly expiresAt: number }>()
  let sweep = entries.entries()

  /** Walks round and round, a few entries at each call. */
  const forgetDead = (now: number, most: number): void => {
    for (let seen = 0; seen < most; seen++) {
      const next = sweep.next()
      if (next.done === true) sweep = entries.entries()
      else if (isDead(next.value[1], now)) entries.delete(next.value[0])
    }
  }
  return {
    get size() {
      return entries.size
    },
    get(key, now) {
      const entry = entries.get(key)
      return entry === undefined || isDead(entry, now) ? undefined : entry.value
    },
    set(key, value, expiresAt, now) {
      if (!Number.isFinite(expiresAt))
        throw new TypeError('an entry needs the second at which it may be forgotten')
      forgetDead(now, SWEPT_AT_ONCE)
      if (entries.size >= capacity && !entries.has(key)) {
        forgetDead(now, SWEPT_WHEN_FULL)
        if (entries.size >= capacity)
          throw new Error(`the store is full: it holds ${capacity} living entries`)
      }
      entries.set(key, { value, expiresAt })
    },
  }
}

/** Nothing dies by a clock that answers NaN. */
function isDead({ expiresAt }: { readonly expiresAt: number }, now: number): boolean {
  return expiresAt <= now
}
