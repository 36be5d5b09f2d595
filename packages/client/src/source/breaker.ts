export interface BreakerSettings {
  /** Failures in a row from which on there is a pause after each. */
  readonly threshold: number
  /** Seconds of the first pause; each further failure doubles it. */
  readonly backoff: number
  /** Seconds of the longest pause. */
  readonly backoffLimit: number
}

/** Keeps from asking again what has just failed. Knows nothing of what fails: it is told the time. */
export interface Breaker {
  /** Seconds until an attempt makes sense. 0 lets one through: after a failure it goes alone, and others wait for it. */
  attempt(now: number): number
  succeeded(): void
  /** @param retryAfter seconds that the other side asks for */
  failed(now: number, retryAfter?: number): void
}

/** Seconds: an endpoint cannot send its clients away for days. */
const LONGEST_RETRY_AFTER = 300

/** @param random 0 to 1, so that the processes of a service do not all come back in the same moment */
export function createBreaker(settings: BreakerSettings, random: () => number = Math.random): Breaker {
  const { threshold, backoff, backoffLimit } = settings
  let failures = 0
  let openUntil = Number.NEGATIVE_INFINITY

  return {
    attempt(now) {
      const pause = Math.max(0, openUntil - now)
      // One that never says how it went holds the others up for the first pause only.
      if (pause === 0 && failures >= threshold) openUntil = now + backoff
      return pause
    },
    succeeded() {
      failures = 0
      openUntil = Number.NEGATIVE_INFINITY
    },
    failed(now, retryAfter = 0) {
      failures++
      if (failures < threshold) return
      const longest = Math.min(backoffLimit, backoff * 2 ** (failures - threshold))
      const pause = longest * (0.5 + random() / 2)
      openUntil = now + Math.max(pause, Math.min(retryAfter, LONGEST_RETRY_AFTER))
    },
  }
}
