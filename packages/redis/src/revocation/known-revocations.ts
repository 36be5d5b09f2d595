import { memoryRevocationStore, type Auth } from '@portcullis/core'
import { revocationOf, type FiledRevocation } from './revocation-record.js'

/** How many entries each turn looks at, so that none has to clear away all that died. */
const SWEPT_AT_ONCE = 256

/** The living revocations, as this process knows them. */
export interface KnownRevocations {
  readonly size: number
  isRevoked(token: Auth<unknown>): boolean
  add(filed: FiledRevocation): void
  /** Forgets some of the dead. */
  sweep(): void
  /** The living ones that reach further, or last longer, than what the others say. */
  beyond(others: ReadonlyMap<string, FiledRevocation>): readonly FiledRevocation[]
}

/** The store in memory of @portcullis/core answers; beside it is a list, to give back to a Redis that has lost them. */
export function createKnownRevocations(capacity: number, clock: () => number): KnownRevocations {
  const memory = memoryRevocationStore({ capacity, clock })
  const list = new Map<string, FiledRevocation>()
  let walk = list.entries()

  return Object.freeze({
    get size() {
      return list.size
    },
    isRevoked: (token: Auth<unknown>) => memory.isRevoked(token) !== false,
    add(filed: FiledRevocation) {
      if (filed.until <= clock()) return
      memory.revoke(revocationOf(filed))
      const known = list.get(filed.what) ?? filed
      list.set(filed.what, {
        what: filed.what,
        until: Math.max(filed.until, known.until),
        issuedBefore: Math.max(filed.issuedBefore, known.issuedBefore),
      })
    },
    sweep() {
      const now = clock()
      for (let seen = 0; seen < SWEPT_AT_ONCE; seen++) {
        const next = walk.next()
        if (next.done === true) {
          walk = list.entries()
          return
        }
        if (next.value[1].until <= now) list.delete(next.value[0])
      }
    },
    beyond(others: ReadonlyMap<string, FiledRevocation>) {
      const now = clock()
      return [...list.values()].filter(({ what, until, issuedBefore }) => {
        const other = others.get(what)
        const isMore = other === undefined || until > other.until || issuedBefore > other.issuedBefore
        return until > now && isMore
      })
    },
  } satisfies KnownRevocations)
}
