import { LRUCache } from 'lru-cache'
import { ClientError, type ClientErrorCode } from '../client-error.js'
import { createBreaker, type Breaker, type BreakerSettings } from './breaker.js'

/** Whether the issuer may be asked, by what it answered before. */
export interface Attempts {
  /** @throws ClientError with the code of the last failure, while there is a pause after it */
  admit(key: string, now: number): void
  succeeded(key: string): void
  failed(key: string, error: ClientError, now: number): void
}

/** How many different tokens are remembered not to have been had. */
const REMEMBERED = 1000
/** Failures that say that the endpoint is ill, whatever token is asked for. */
const OUTAGES: readonly ClientErrorCode[] = [
  'metadata_unavailable',
  'token_endpoint_unavailable',
  'token_response_invalid',
]
/** What depends on more than on what is asked for, and may be well in the next moment: nothing was sent. */
const NOT_REMEMBERED: readonly ClientErrorCode[] = [
  'clock_invalid',
  'refresh_token_unavailable',
  'refresh_token_not_saved',
  'too_many_requests',
]

interface Failure {
  readonly breaker: Breaker
  error: ClientError
}

/**
 * A token that could not be had is not asked for again before a pause is over; after some failures in a row, with one
 * token or with several, nothing is.
 *
 * @param remembersRefusals false where a refusal depends on something that may have been replaced, as a refresh token
 */
export function createAttempts(settings: BreakerSettings, remembersRefusals: boolean): Attempts {
  const failures = new LRUCache<string, Failure>({ max: REMEMBERED })
  const endpoint: Failure = {
    breaker: createBreaker(settings),
    error: new ClientError('token_endpoint_unavailable'),
  }

  const pauseAfter = ({ breaker, error }: Failure, now: number) => {
    const pause = breaker.attempt(now)
    if (pause <= 0) return
    const { code, oauthError } = error
    const detail = oauthError ?? 'it failed just now'
    throw new ClientError(code, { detail, oauthError, retryAfter: Math.ceil(pause) })
  }

  return {
    admit(key, now) {
      const failure = failures.get(key)
      if (failure !== undefined) pauseAfter(failure, now)
      pauseAfter(endpoint, now)
    },
    succeeded(key) {
      failures.delete(key)
      endpoint.breaker.succeeded()
    },
    failed(key, error, now) {
      if (OUTAGES.includes(error.code)) {
        endpoint.error = error
        endpoint.breaker.failed(now, error.retryAfter)
      } else if (error.code === 'token_refused') endpoint.breaker.succeeded()
      const isForgotten = error.code === 'token_refused' && !remembersRefusals
      if (isForgotten || NOT_REMEMBERED.includes(error.code)) return
      const failure = failures.get(key) ?? { breaker: createBreaker({ ...settings, threshold: 1 }), error }
      failure.error = error
      failure.breaker.failed(now, error.retryAfter)
      failures.set(key, failure)
    },
  }
}
