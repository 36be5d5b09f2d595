import { AuthError } from '@portcullis/core'
import { ClientError } from '../client-error.js'
import type { WantedToken } from './wanted-token.js'

/** Seconds by which the clocks of issuer and service may differ, as verifiers have it by default. */
const CLOCK_DIFFERENCE = 5

/** With these an issuer refuses a user's token (RFC 8693 section 2.2.2), or with an error that is not registered. */
const REFUSALS: readonly unknown[] = ['invalid_request', 'invalid_grant', undefined]

/**
 * Verifiers take a token for some seconds after its end, and an issuer exchanges none of those: the fault is with the
 * user's token, and its user is told so.
 *
 * @throws AuthError `token_expired`, where the user's token says that its end has passed
 */
export function requireLivingUserToken(wanted: WantedToken, now: number): void {
  if (now >= endOf(wanted)) throw new AuthError('token_expired')
}

/** Whether what the issuer refused may be a user's token that has just ended. */
export function isAtItsEnd(wanted: WantedToken, error: unknown, now: number): boolean {
  if (!(error instanceof ClientError) || error.code !== 'token_refused') return false
  return REFUSALS.includes(error.oauthError) && now + CLOCK_DIFFERENCE >= endOf(wanted)
}

/** Seconds since the epoch. It was verified by the service; what cannot be read here has no end that is known. */
function endOf({ subjectToken }: WantedToken): number {
  const [, payload, , ...further] = subjectToken?.split('.') ?? []
  if (payload === undefined || further.length > 0) return Number.POSITIVE_INFINITY
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const { exp } = (claims ?? {}) as { readonly exp?: unknown }
    return typeof exp === 'number' ? exp : Number.POSITIVE_INFINITY
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
