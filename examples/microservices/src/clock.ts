/** Seconds since the epoch: the system's clock, which the story moves on. */
export interface StoryClock {
  readonly now: () => number
  pass(seconds: number): void
}

export function createStoryClock(): StoryClock {
  let ahead = 0
  return {
    now: () => Date.now() / 1000 + ahead,
    pass(seconds) {
      ahead += seconds
    },
  }
}
