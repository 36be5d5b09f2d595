/** By how many seconds two clocks may drift apart before it is a sleep or a setting, and no drift. */
const DRIFT = 1
/** Seconds within which the time counts as the same. */
const GRAIN = 0.01

/**
 * Seconds from an arbitrary start that never go back, for ages and waits. By default they are those of the process
 * and of the time that the machine has slept; setting the system's clock back changes nothing.
 *
 * @param clock the user's own, in seconds; steps back in it are taken out
 */
export function createElapsedTime(clock?: () => number): () => number {
  return clock === undefined
    ? sleepAwareTime(
        () => performance.now() / 1000,
        () => Date.now() / 1000,
      )
    : withoutStepsBack(clock)
}

function withoutStepsBack(clock: () => number): () => number {
  let last = Number.NEGATIVE_INFINITY
  let takenOut = 0
  return () => {
    const now = clock()
    if (now < last) takenOut += last - now
    last = now
    return now + takenOut
  }
}

/**
 * A monotonic clock stands still while the machine sleeps, and keys would outlive their age limit by a night; the
 * wall clock can be set. So the one counts, and what the other runs ahead is added.
 */
export function sleepAwareTime(monotonic: () => number, wall: () => number): () => number {
  let slept = 0
  let difference = wall() - monotonic()
  let readAt = Number.NaN
  let elapsed = 0
  return () => {
    const now = wall()
    // The time is asked for with every token, and both clocks together cost more than finding its key.
    if (Math.abs(now - readAt) < GRAIN) return elapsed
    readAt = now
    const steady = monotonic()
    const ahead = now - steady - difference
    if (Math.abs(ahead) > DRIFT) {
      slept += Math.max(0, ahead)
      difference += ahead
    }
    elapsed = steady + slept
    return elapsed
  }
}
