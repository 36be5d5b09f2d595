/** All in seconds; see the options of the same names. */
export interface ScheduleSettings {
  readonly ageLimit: number
  readonly minimumAge: number
  readonly refreshAt: number
  readonly staleLimit: number
  readonly backoff: number
  readonly backoffLimit: number
}

/**
 * What the keys at hand are good for. `fresh`: within the age limit. `stale`: beyond it, and they serve because the
 * endpoint is known to fail. `outdated`: beyond it, and the endpoint is to be asked before they serve. `missing`:
 * there are none, or they are too old for anything.
 */
export type KeysPhase = 'fresh' | 'stale' | 'outdated' | 'missing'

/** Whether keys in this phase serve at once. */
export function serves(phase: KeysPhase): boolean {
  return phase === 'fresh' || phase === 'stale'
}

/** When to fetch keys, and how long they serve. Knows nothing of keys, timers and networks: it is told the time. */
export interface RefreshSchedule {
  phase(now: number): KeysPhase
  /** Whether a fetch is due: a refresh, or another attempt after a failure. */
  isDue(now: number): boolean
  /** @param askedAt when the fetch began, since the answer may be as old as that; maxAge what the endpoint says */
  succeeded(askedAt: number, maxAge: number | undefined): void
  /** @param withdrawn the endpoint is well and says that there are no keys: the age limit then holds as it stands */
  failed(now: number, withdrawn: boolean): void
  /** Attempts that have failed since the last good one. */
  failures(): number
  /** Seconds since the keys were asked for; Infinity where there are none. */
  age(now: number): number
  /** Seconds until a fetch is due, at least 0. */
  untilDue(now: number): number
}

/** @param random between 0 and 1, for the jitter that keeps many processes from refreshing at the same moment */
export function createRefreshSchedule(settings: ScheduleSettings, random: () => number): RefreshSchedule {
  const { ageLimit, minimumAge, refreshAt, staleLimit, backoff, backoffLimit } = settings
  let askedAt = Number.NEGATIVE_INFINITY
  let lifetime = 0
  let dueAt = Number.NEGATIVE_INFINITY
  let failures = 0
  let withdrawn = false

  return {
    phase(now) {
      const age = now - askedAt
      if (age < lifetime) return 'fresh'
      if (withdrawn || age >= staleLimit) return 'missing'
      // An attempt that failed just now is known to be no use; what it said an hour ago means nothing.
      return failures > 0 && now < dueAt + backoffLimit ? 'stale' : 'outdated'
    },
    isDue: (now) => now >= dueAt,
    succeeded(at, maxAge = Number.POSITIVE_INFINITY) {
      askedAt = at
      lifetime = Math.min(ageLimit, Math.max(maxAge, minimumAge))
      // Half of what is left after the first moment is for the jitter, the other half for attempts after a failure.
      dueAt = at + lifetime * (refreshAt + ((1 - refreshAt) / 2) * random())
      failures = 0
      withdrawn = false
    },
    failed(now, keysWithdrawn) {
      withdrawn ||= keysWithdrawn
      dueAt = now + Math.min(backoffLimit, backoff * 2 ** failures)
      failures++
    },
    failures: () => failures,
    age: (now) => now - askedAt,
    untilDue: (now) => Math.max(0, dueAt - now),
  }
}
