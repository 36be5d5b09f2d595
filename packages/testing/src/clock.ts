/** A clock that stands still until it is told otherwise; callable as the `clock` option of issuers and verifiers. */
export interface TestClock {
  /** Seconds since the epoch. */
  (): number
  /** Puts the clock to a moment, earlier or later: seconds since the epoch, or a date. */
  set(moment: number | Date): void
  /** Moves the clock by seconds; a negative number moves it back. */
  advance(seconds: number): void
}

/** The last second of the year 9999; what is larger was meant in milliseconds. */
const LATEST = 253_402_300_799

/**
 * Makes a clock to set.
 *
 * @param start seconds since the epoch or a date; default the system's time, in whole seconds
 * @throws RangeError for a moment that is no number of seconds, such as one in milliseconds
 */
export function createTestClock(start: number | Date = Math.floor(Date.now() / 1000)): TestClock {
  let now = momentOf(start)
  return Object.freeze(
    Object.assign(() => now, {
      set: (moment: number | Date) => {
        now = momentOf(moment)
      },
      advance: (seconds: number) => {
        now = momentOf(now + seconds)
      },
    }),
  )
}

function momentOf(moment: number | Date): number {
  const seconds = typeof moment === 'number' ? moment : moment.getTime() / 1000
  if (seconds >= 0 && seconds <= LATEST) return seconds
  throw new RangeError('A test clock is set to seconds since the epoch (not milliseconds), or to a Date')
}
