/** The system's clock, which the story moves on; a service of yours needs none. */
export interface StoryClock {
  /** Seconds since the epoch. */
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
