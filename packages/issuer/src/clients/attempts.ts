import { createHash } from 'node:crypto'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { OAuthError } from '../endpoint/oauth-error.js'

/** How many failed attempts are admitted. */
export interface AttemptLimits {
  /** Of one client from one address in a window; default 10. */
  readonly perClient: number
  /** From one address in a window, whatever the client; default 100. */
  readonly perAddress: number
  /** Seconds; default 60. */
  readonly window: number
}

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
export function createAttempts({ perClient, perAddress, window }: AttemptLimits): Attempts {
  const byClient = new RateLimiterMemory({ points: perClient, duration: window })
  const byAddress = new RateLimiterMemory({ points: perAddress, duration: window })
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
        if (each.status === 'rejected' && each.reason instanceof RateLimiterRes) throw tooMany(each.reason)
      }
    },
  } satisfies Attempts)
}

function tooMany({ msBeforeNext }: RateLimiterRes): OAuthError {
  return new OAuthError('invalid_client', {
    status: 429,
    description: 'Too many attempts have failed',
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(msBeforeNext / 1000))) },
  })
}
