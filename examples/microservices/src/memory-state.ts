import { memoryRevocationStore } from '@portcullis/core'
import { memoryKeyRingStore, memoryRefreshTokenStore } from '@portcullis/issuer'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Records, State } from './state.js'

/** For one process of one service; gone with it. */
export function memoryState(clock: () => number): State {
  const keyRings = new Map<string, ReturnType<typeof memoryKeyRingStore>>()
  return {
    isShared: false,
    revocation: memoryRevocationStore({ clock }),
    refreshTokens: memoryRefreshTokenStore({ clock }),
    keyRing(issuer) {
      const ring = keyRings.get(issuer) ?? memoryKeyRingStore()
      keyRings.set(issuer, ring)
      return ring
    },
    attempts: (keyPrefix, points) => new RateLimiterMemory({ keyPrefix, points, duration: 60 }),
    records: memoryRecords,
  }
}

function memoryRecords<T>(): Records<T> {
  const records = new Map<string, T>()
  return {
    find: (id) => Promise.resolve(records.get(id)),
    all: () => Promise.resolve([...records.values()]),
    change(id, step) {
      const next = step(records.get(id))
      if (next !== undefined) records.set(id, next)
      return Promise.resolve(next)
    },
  }
}
