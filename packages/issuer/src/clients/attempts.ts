import { createHash } from 'node:crypto'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { OAuthError } from '../endpoint/oauth-error.js'

/** How many failed attempts are admitted. */
export interface AttemptLimits {
  /** Of one client from one address in a window; default 10. */
  readonly perClient: number
  /** From one address in a window, whatever the client; default 100. */
  readonly perAddress: number
  /** Seconds; default 60. */
  readonly window: number
  /** What counts; default in memory, for each process by itself. */
  readonly counters: AttemptCounters
}

/** What was counted under a key. */
export interface CountedAttempts {
  readonly remainingPoints: number
  /** Milliseconds until the window ends. */
  readonly msBeforeNext: number
}

/** Counts under keys, as the limiters of rate-limiter-flexible do. */
export interface AttemptCounter {
  get(key: string): Promise<CountedAttempts | null>
  /** Counts one. It rejects with what was counted where that is too many, and with an Error where it cannot count. */
  consume(key: string): Promise<unknown>
}

/** Makes the counter of a kind: so many points in so many seconds. */
export type AttemptCounters = (
  kind: 'client' | 'address',
  limit: { readonly points: number; readonly duration: number },
) => AttemptCounter

export const memoryCounters: AttemptCounters = (_, limit) => new RateLimiterMemory(limit)

const DRAWERS = 4096

/** Counts failed attempts. */
export interface Attempts {
  /** @throws OAuthError 429 with `Retry-After`, where too many have failed before */
  admit(clientId: string, address: string | undefined): Promise<void>
  /** @throws OAuthError 429, where this one was too many */
  failed(clientId: string, address: string | undefined): Promise<void>
}

/**
 * Failures count for a client together with the address they came from, so that nobody locks a client out of its own
 * addresses. Where no address is known a failure is still counted, but right credentials always pass: secrets have
 * 256 bits, and the limit saves work, not secrets.
 */
export function createAttempts({ perClient, perAddress, window, counters }: AttemptLimits): Attempts {
  const byClient = counters('client', { points: perClient, duration: window })
  const byAddress = counters('address', { points: perAddress, duration: window })
  // Ids that are tried are the caller's to choose: a bounded number of drawers holds them, known clients or not.
  const keyOf = (clientId: string, address = '') => {
    const drawer = createHash('sha256').update(clientId).digest().readUInt16BE() % DRAWERS
    return `${address} ${drawer}`
  }

  return Object.freeze({
    async admit(clientId, address) {
      if (address === undefined) return
      const found = await Promise.all([byClient.get(keyOf(clientId, address)), byAddress.get(address)])
      for (const each of found) if (each !== null && each.remainingPoints <= 0) throw tooMany(each)
    },
    async failed(clientId, address) {
      const counted = await Promise.allSettled([
        byClient.consume(keyOf(clientId, address)),
        address === undefined ? undefined : byAddress.consume(address),
      ])
      for (const each of counted) {
        if (each.status === 'rejected') throw isCount(each.reason) ? tooMany(each.reason) : each.reason
      }
    },
  } satisfies Attempts)
}

function isCount(reason: unknown): reason is CountedAttempts {
  return (
    typeof reason === 'object' && reason !== null && !(reason instanceof Error) && 'msBeforeNext' in reason
  )
}

function tooMany({ msBeforeNext }: CountedAttempts): OAuthError {
  return new OAuthError('invalid_client', {
    status: 429,
    description: 'Too many attempts have failed',
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(msBeforeNext / 1000))) },
  })
}
