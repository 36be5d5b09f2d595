import type { ReplayStore } from '@portcullis/core'
import type { Table } from './table.js'

/** @param claimed the moment until which each id counts as claimed */
export function lmdbReplayClaims(claimed: Table<number>, clock: () => number): ReplayStore {
  return Object.freeze({
    async claim(id, expiresAt) {
      if (!Number.isFinite(expiresAt)) throw new TypeError('A claim needs an end')
      return claimed.step(() => {
        const now = clock()
        const until = claimed.get(id)
        // Written so that a clock that answers NaN lets nobody claim twice.
        if (until !== undefined && !(now >= until)) return false
        claimed.put(id, expiresAt, { now, until: expiresAt })
        return true
      })
    },
  } satisfies ReplayStore)
}
