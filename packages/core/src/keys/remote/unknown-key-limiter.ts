import { LRUCache } from 'lru-cache'

/** Both in seconds; see the options of the same names. */
export interface UnknownKeyLimits {
  readonly unknownKeyCooldown: number
  readonly unknownKeyInterval: number
}

/** Lookups that unknown ids may cause before the interval governs them: some strays are no flood yet. */
const STRAYS = 4
/** Unknown ids to remember; at 256 characters each they take half a mebibyte. */
const REMEMBERED_IDS = 1000

/**
 * Decides which unknown key ids the endpoint is asked about. Every id that turns out to be unknown takes a token
 * from a small bucket, whether or not it caused a fetch, and each interval puts one back: a flood empties the bucket
 * within moments and is left with one fetch an interval, which brings any new key as well. A key that is found costs
 * nothing, and no sender of tokens can make the issuer publish one.
 */
export interface UnknownKeyLimiter {
  /** Whether the issuer has said within the interval that it has no such key. */
  isDenied(id: string, now: number): boolean
  /** Whether the endpoint may be asked about an unknown id now; `lastAsked` is when it was last asked anything. */
  mayAsk(now: number, lastAsked: number): boolean
  /** The issuer was asked about the id and has no such key. */
  denied(id: string, now: number): void
  /** The id is not among the keys that were fetched before it came: nobody knows more of it. */
  noticed(id: string, now: number): void
  /** How many ids are remembered. */
  size(): number
}

export function createUnknownKeyLimiter(limits: UnknownKeyLimits): UnknownKeyLimiter {
  const { unknownKeyCooldown, unknownKeyInterval } = limits
  /** Until when each id is denied; the past for one that was only noticed. */
  const deniedUntil = new LRUCache<string, number>({ max: REMEMBERED_IDS })
  let tokens = STRAYS
  let refilledAt = Number.NEGATIVE_INFINITY

  const refill = (now: number) => {
    tokens = Math.min(STRAYS, tokens + (now - refilledAt) / unknownKeyInterval)
    refilledAt = now
  }
  const take = (now: number) => {
    refill(now)
    // A flood takes whole tokens only: were it to take the growing part of one as well, none would ever be whole.
    if (tokens >= 1) tokens--
  }

  return {
    isDenied: (id, now) => now < (deniedUntil.get(id) ?? Number.NEGATIVE_INFINITY),
    mayAsk(now, lastAsked) {
      refill(now)
      return tokens >= 1 && now - lastAsked >= unknownKeyCooldown
    },
    denied(id, now) {
      take(now)
      deniedUntil.set(id, now + unknownKeyInterval)
    },
    noticed(id, now) {
      if (deniedUntil.has(id)) return
      take(now)
      deniedUntil.set(id, Number.NEGATIVE_INFINITY)
    },
    size: () => deniedUntil.size,
  }
}
