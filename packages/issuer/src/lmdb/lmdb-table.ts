import { createHash } from 'node:crypto'
import type { Database, RootDatabase } from 'lmdb'
import { IssuerError } from '../issuer-error.js'
import type { Table } from './table.js'

/** Entries that died and are cleared away by one step at most, so that none has to clear away all of them. */
const SWEPT_AT_ONCE = 16

/** When an entry dies, and which one: sorted by time. */
type Death = [expiresAt: number, key: string]

/** What is kept for each entry. */
interface Entry<T> {
  readonly value: T
  readonly expiresAt: number | null
}

/** @param capacity entries that the table may hold; full, it refuses rather than forgets */
export function createTable<T>(root: RootDatabase, name: string, capacity: number): Table<T> {
  const entries: Database<Entry<T>, string> = root.openDB({ name, encoding: 'json' })
  const deaths: Database<true, Death> = root.openDB({ name: `${name} by death`, encoding: 'json' })

  const removeKey = (key: string) => {
    const entry = entries.get(key)
    if (entry === undefined) return
    if (entry.expiresAt !== null) void deaths.remove([entry.expiresAt, key])
    void entries.remove(key)
  }
  const forgetDead = (now: number) => {
    // A clock that answers NaN says of nothing that it is dead.
    if (!Number.isFinite(now)) return
    // The list is read before the first of it goes.
    const dead = [...deaths.getKeys({ end: [now, ''], limit: SWEPT_AT_ONCE })]
    for (const [, key] of dead) removeKey(key)
  }
  return Object.freeze({
    get(id: string) {
      entries.resetReadTxn()
      return entries.get(keyOf(id))?.value
    },
    put(id: string, value: T, { now, until }: { readonly now: number; readonly until?: number }) {
      forgetDead(now)
      const key = keyOf(id)
      const before = entries.get(key)
      if (before === undefined && countOf(entries) >= capacity) throw new IssuerError('store_full')
      const expiresAt = until ?? null
      if (before?.expiresAt !== expiresAt) {
        if (before !== undefined) removeKey(key)
        if (expiresAt !== null) void deaths.put([expiresAt, key], true)
      }
      void entries.put(key, { value, expiresAt })
    },
    remove(id: string) {
      removeKey(keyOf(id))
    },
    step: <R>(action: () => R) => entries.transaction(action),
  })
}

/** Of one length, whatever was chosen as an id. */
function keyOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url')
}

function countOf(entries: Database): number {
  return (entries.getStats() as { readonly entryCount: number }).entryCount
}
