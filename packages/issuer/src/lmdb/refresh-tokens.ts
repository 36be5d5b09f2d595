import { rotateFamily, type RefreshFamily } from '../refresh/refresh-family.js'
import type { RefreshTokenStore } from '../refresh/refresh-token-store.js'
import type { Table } from './table.js'

export function lmdbRefreshTokens(families: Table<RefreshFamily>, clock: () => number): RefreshTokenStore {
  const keep = (family: RefreshFamily) => {
    families.put(family.id, family, { now: clock(), until: family.expiresAt })
  }
  return Object.freeze({
    create: (family) =>
      families.step(() => {
        keep(family)
      }),
    find: (familyId) => Promise.resolve(families.get(familyId)),
    rotate: (step) =>
      families.step(() => {
        const before = families.get(step.familyId)
        const { family, outcome } = rotateFamily(before, step)
        if (family !== undefined && family !== before) keep(family)
        return outcome
      }),
    revoke: (familyId, now) =>
      families.step(() => {
        const family = families.get(familyId)
        if (family !== undefined && family.revokedAt === undefined) keep({ ...family, revokedAt: now })
      }),
  } satisfies RefreshTokenStore)
}
