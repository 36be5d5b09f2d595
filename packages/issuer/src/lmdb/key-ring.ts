import type { KeyRingStore, StoredKeyRing } from '../keys/key-ring-store.js'
import type { Table } from './table.js'

const ONLY = 'ring'

export function lmdbKeyRing(rings: Table<StoredKeyRing>, clock: () => number): KeyRingStore {
  return Object.freeze({
    read: () => Promise.resolve(rings.get(ONLY)),
    replace: (ring) =>
      rings.step(() => {
        const follows = ring.version === (rings.get(ONLY)?.version ?? 0) + 1
        if (follows) rings.put(ONLY, { version: ring.version, content: ring.content }, { now: clock() })
        return follows
      }),
  } satisfies KeyRingStore)
}
