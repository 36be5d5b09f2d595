import { createAuthorizer, requireAuth, type Auth, type Claims, type Policy } from '@portcullis/core'
import type { ExpressRequest, Handler } from './handler.js'

/**
 * Middleware that lets pass whose token meets every policy; throws an AuthError otherwise, 401 for whom no
 * `authenticate` has authenticated.
 *
 * @throws ConfigurationError when no policy is given
 */
export function authorize(...policies: readonly Policy[]): Handler {
  const check: ReturnType<typeof createAuthorizer> = createAuthorizer(...policies)
  return (request, _response, next) => {
    check(request.auth)
    next()
  }
}

/** Who sends the request; throws the AuthError `credentials_missing` for an anonymous one. `C`: as the schema has it. */
export function currentAuth<C = Claims>(request: Pick<ExpressRequest, 'auth'>): Auth<C> {
  return requireAuth<C>(request.auth)
}
