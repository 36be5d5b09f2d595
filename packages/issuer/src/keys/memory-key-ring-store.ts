import type { KeyRingStore, StoredKeyRing } from './key-ring-store.js'

/** A key ring for one process, gone when it ends: tokens signed before are then refused. */
export function memoryKeyRingStore(): KeyRingStore {
  let stored: StoredKeyRing | undefined
  return Object.freeze({
    read: () => Promise.resolve(stored),
    replace(ring: StoredKeyRing) {
      const follows = ring.version === (stored?.version ?? 0) + 1
      if (follows) stored = ring
      return Promise.resolve(follows)
    },
  })
}
