import { clockOrSystem, numberBetween, optional, readOptions } from '@portcullis/core/internal'
import { IssuerError } from '../issuer-error.js'
import { rotateFamily, type RefreshFamily, type RefreshStep } from './refresh-family.js'
import type { RefreshTokenStore } from './refresh-token-store.js'

export interface MemoryRefreshTokenStoreOptions {
  /** Sign-ins to hold at once, 1 to 10,000,000; default 100,000. A full store refuses rather than forgets. */
  readonly capacity?: number
  /** Seconds since the epoch; default the system's clock. */
  readonly clock?: () => number
}

/** How many entries a new one looks at, so that none has to clear away all that died. */
const SWEPT_AT_ONCE = 8

/**
 * Refresh tokens in memory, for one process; its end signs everybody out.
 *
 * @throws ConfigurationError
 */
export function memoryRefreshTokenStore(options: MemoryRefreshTokenStoreOptions = {}): RefreshTokenStore {
  const { capacity, clock } = readOptions<Required<MemoryRefreshTokenStoreOptions>>(
    'memoryRefreshTokenStore()',
    options,
    { capacity: optional(numberBetween(1, 10_000_000, 'sign-ins'), 100_000), clock: clockOrSystem },
  )
  const families = new Map<string, RefreshFamily>()
  let sweep = families.entries()

  const forgetDead = (now: number, most: number) => {
    for (let seen = 0; seen < most; seen++) {
      const next = sweep.next()
      if (next.done === true) sweep = families.entries()
      else if (now >= next.value[1].expiresAt) families.delete(next.value[0])
    }
  }
  // Every body runs to its end without an await, and is one step for that.
  return Object.freeze({
    create(family: RefreshFamily) {
      const now = clock()
      forgetDead(now, SWEPT_AT_ONCE)
      if (families.size >= capacity) forgetDead(now, families.size)
      if (families.size >= capacity) return Promise.reject(new IssuerError('store_full'))
      families.set(family.id, family)
      return Promise.resolve()
    },
    find: (familyId: string) => Promise.resolve(families.get(familyId)),
    rotate(step: RefreshStep) {
      const { family, outcome } = rotateFamily(families.get(step.familyId), step)
      if (family !== undefined) families.set(family.id, family)
      return Promise.resolve(outcome)
    },
    revoke(familyId: string, now: number) {
      const family = families.get(familyId)
      if (family !== undefined) families.set(familyId, { ...family, revokedAt: family.revokedAt ?? now })
      return Promise.resolve()
    },
  })
}
