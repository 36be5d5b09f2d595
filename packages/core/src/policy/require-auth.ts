import type { Claims } from '../claims/claims.js'
import { Auth } from '../claims/verified-token.js'
import { AuthError } from '../outcome/auth-error.js'

/**
 * Who sends a request, of whatever stands where an adapter keeps it: only what a verifier made is believed.
 *
 * @typeParam C the claims as the schema has them
 * @throws AuthError `credentials_missing` for everything else, an anonymous request among it
 */
export function requireAuth<C = Claims>(value: unknown): Auth<C> {
  if (Auth.is(value)) return value as Auth<C>
  throw new AuthError('credentials_missing')
}
