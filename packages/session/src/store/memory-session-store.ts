import { readOptions, clockOrSystem, optional, wholeNumberBetween } from '@portcullis/core/internal'
import type { SessionStore, StoredSession } from './session-store.js'

export interface MemorySessionStoreOptions {
  /** Sessions to hold at once, 1 to 10,000,000; default 100,000. A full store refuses rather than forgets. */
  readonly capacity?: number
  /** Seconds since the epoch; default the system's clock. */
  readonly clock?: () => number
}

/** How many sessions a new one looks at, so that none has to clear away all that died. */
const SWEPT_AT_ONCE = 8

/**
 * Sessions in memory, for one process; its end signs everybody out.
 *
 * @throws ConfigurationError
 */
export function memorySessionStore(options: MemorySessionStoreOptions = {}): SessionStore {
  const { capacity, clock } = readOptions<Required<MemorySessionStoreOptions>>(
    'memorySessionStore()',
    options,
    { capacity: optional(wholeNumberBetween(1, 10_000_000, 'sessions'), 100_000), clock: clockOrSystem },
  )
  const sessions = new Map<string, StoredSession>()
  const bySubject = new Map<string, Set<string>>()
  let sweep = sessions.values()

  const forget = ({ id, subject }: StoredSession) => {
    sessions.delete(id)
    const ids = bySubject.get(subject)
    ids?.delete(id)
    if (ids?.size === 0) bySubject.delete(subject)
  }
  const forgetDead = (now: number, most: number) => {
    for (let seen = 0; seen < most; seen++) {
      const next = sweep.next()
      if (next.done === true) sweep = sessions.values()
      else if (now >= next.value.idleExpiresAt) forget(next.value)
    }
  }
  // Written so that a clock that answers NaN finds nothing alive.
  const living = (id: string) => {
    const session = sessions.get(id)
    return session !== undefined && clock() < session.idleExpiresAt ? session : undefined
  }
  // Every body runs to its end without an await, and is one step for that.
  return Object.freeze({
    create(session: StoredSession) {
      const now = clock()
      forgetDead(now, SWEPT_AT_ONCE)
      if (sessions.size >= capacity) forgetDead(now, sessions.size + 1)
      if (sessions.size >= capacity) return Promise.reject(new Error('The store of sessions is full'))
      sessions.set(session.id, session)
      bySubject.set(session.subject, (bySubject.get(session.subject) ?? new Set()).add(session.id))
      return Promise.resolve()
    },
    find: (id: string) => Promise.resolve(living(id)),
    touch(id: string, seen: Parameters<SessionStore['touch']>[1]) {
      const session = living(id)
      if (session === undefined) return Promise.resolve(undefined)
      const touched = Object.freeze({ ...session, ...seen })
      sessions.set(id, touched)
      return Promise.resolve(touched)
    },
    list(subject: string) {
      const ids = [...(bySubject.get(subject) ?? [])]
      return Promise.resolve(ids.map(living).filter((session) => session !== undefined))
    },
    remove(id: string) {
      const session = sessions.get(id)
      if (session !== undefined) forget(session)
      return Promise.resolve()
    },
  })
}
