import type { Auth } from '../claims/verified-token.js'
import type { TrustedIssuer } from '../keys/trusted-issuer.js'
import type { VerificationKey } from '../keys/verification-key.js'
import { createRecentTokens, type RecentTokens } from './recent-tokens.js'

/** A verified token with what must be looked at again before it is believed once more. */
export interface KeptToken {
  readonly verified: Auth<unknown>
  /** Seconds since the epoch between which it may be believed again. */
  readonly from: number
  readonly until: number
  readonly issuer: TrustedIssuer
  /** Undefined for an opaque token, which no key has signed. */
  readonly key: VerificationKey | undefined
}

/**
 * Remembers acceptances, never refusals: what a stranger sends cannot push out what an issuer signed. Time, key and
 * revocation are the caller's to check.
 */
export type VerifiedTokenCache = RecentTokens<KeptToken>

/** @param size entries at most, the least recently used goes first; 0 remembers nothing */
export function createVerifiedTokenCache(size: number): VerifiedTokenCache {
  if (size === 0) return { get: () => undefined, set: () => undefined }
  return createRecentTokens(size)
}
