import { readOptions } from '../options/read-options.js'
import { functionOf, optional, wholeNumberBetween } from '../options/readers.js'
import { createExpiringMap } from '../cache/expiring-map.js'
import type { ReplayStore } from './replay-store.js'

export interface MemoryReplayStoreOptions {
  /** Ids to remember at once, 1 to 10,000,000; default 100,000. A full store refuses rather than forgets. */
  readonly capacity?: number
  /** Seconds since the epoch; default the system's clock. */
  readonly clock?: () => number
}

/**
 * A replay store for one process. Full, it throws, which is answered 503: forgetting an id would let it in again.
 *
 * @throws ConfigurationError
 */
export function memoryReplayStore(
  options: MemoryReplayStoreOptions = {},
): ReplayStore & { readonly size: number } {
  const settings = readOptions<Required<MemoryReplayStoreOptions>>('memoryReplayStore()', options, {
    capacity: optional(wholeNumberBetween(1, 10_000_000, 'ids'), 100_000),
    clock: optional(functionOf<() => number>('answers seconds since the epoch'), () => Date.now() / 1000),
  })
  const claimed = createExpiringMap<true>(settings.capacity)
  return {
    get size() {
      return claimed.size
    },
    claim(id, expiresAt) {
      const now = settings.clock()
      if (claimed.get(id, now) !== undefined) return false
      claimed.set(id, true, expiresAt, now)
      return true
    },
  }
}
