/** A clock that stands still until it is moved; seconds since the epoch. */
export interface TestClock {
  (): number
  advance(seconds: number): void
}

export const NOW = 1_760_000_000

export function createClock(): TestClock {
  let now = NOW
  return Object.assign(() => now, {
    advance(seconds: number) {
      now += seconds
    },
  })
}
