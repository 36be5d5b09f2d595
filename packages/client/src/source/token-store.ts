import { AuthError } from '@portcullis/core'
import { ClientError } from '../client-error.js'
import type { Grant } from '../grants/grant.js'
import type { Prover } from '../proofs/prover.js'
import { createAccessToken, type AccessToken } from './access-token.js'
import type { Attempts } from './attempts.js'
import type { TokenSourceEvent } from './events.js'
import { keep, type KeptToken, type KeptTokens } from './kept-tokens.js'
import { isAtItsEnd, requireLivingUserToken } from './user-token-end.js'
import type { WantedToken } from './wanted-token.js'

export interface TokenStoreParts {
  readonly grantFor: (wanted: WantedToken) => Grant
  readonly kept: KeptTokens
  readonly attempts: Attempts
  readonly prover: Prover | undefined
  readonly onEvent: (event: TokenSourceEvent) => void
  readonly clock: () => number
}

/** Gives the token that is kept, or the one that any number of callers wait for together. */
export type TokenStore = (wanted: WantedToken, refused: AccessToken | undefined) => Promise<AccessToken>

const MOST_AT_ONCE = 1000
/** Seconds: a service that refuses everything does not make every request one to the issuer as well. */
const LEAST_AGE_OF_REFUSED = 1

export function createTokenStore(parts: TokenStoreParts): TokenStore {
  const { kept, attempts, clock, prover, onEvent } = parts
  const pending = new Map<string, Promise<AccessToken>>()

  const obtain = async (wanted: WantedToken, since: number, isRenewal: boolean): Promise<AccessToken> => {
    const isOfUser = wanted.subjectToken !== undefined
    try {
      const { token: text, expiresIn, scope } = await parts.grantFor(wanted)(wanted)
      const token = createAccessToken({ token: text, expiresAt: since + expiresIn, scope, prover })
      // On behalf of a user, no token outlives the one that it was got for: a new one would not live longer.
      kept.set(wanted.key, isOfUser, keep(token, { since, renewable: !isOfUser, random: Math.random() }))
      attempts.succeeded(wanted.key)
      onEvent({ kind: 'token_obtained', isOfUser, isRenewal, expiresIn })
      return token
    } catch (error) {
      if (!(error instanceof ClientError)) throw error
      const { code, oauthError } = error
      onEvent({ kind: 'token_failed', isOfUser, isRenewal, code, oauthError })
      const now = clock()
      if (isAtItsEnd(wanted, error, now)) {
        attempts.succeeded(wanted.key)
        throw new AuthError('token_expired')
      }
      attempts.failed(wanted.key, error, now)
      throw error
    }
  }

  const shared = (wanted: WantedToken, now: number, isRenewal: boolean): Promise<AccessToken> => {
    const underWay = pending.get(wanted.key)
    if (underWay !== undefined) return underWay
    requireLivingUserToken(wanted, now)
    attempts.admit(wanted.key, now)
    if (pending.size >= MOST_AT_ONCE) throw new ClientError('too_many_requests')
    const begun = obtain(wanted, now, isRenewal).finally(() => {
      pending.delete(wanted.key)
    })
    pending.set(wanted.key, begun)
    return begun
  }

  const renewInBackground = (wanted: WantedToken, now: number): void => {
    try {
      shared(wanted, now, true).catch(() => undefined)
    } catch {
      // The live token serves on; who waits for a new one is told.
    }
  }

  return async (wanted, refused) => {
    const now = clock()
    if (!Number.isFinite(now)) throw new ClientError('clock_invalid')
    const found = kept.get(wanted.key, wanted.subjectToken !== undefined)
    if (found === undefined || !isUsable(found, now)) return shared(wanted, now, false)
    if (refused !== undefined && refused.token === found.token.token) {
      // Whoever waits anyway gets what is on its way.
      if (now < found.since + LEAST_AGE_OF_REFUSED && !pending.has(wanted.key)) return found.token
      return shared(wanted, now, false)
    }
    if (now >= found.renewAt) renewInBackground(wanted, now)
    return found.token
  }
}

/** A clock that was set back makes a token of the future, whose age nobody knows. */
function isUsable({ since, usableUntil }: KeptToken, now: number): boolean {
  return now < usableUntil && now >= since - 1
}
