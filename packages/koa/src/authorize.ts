import { createAuthorizer, requireAuth, type Auth, type Claims, type Policy } from '@portcullis/core'
import type { AuthState, Middleware } from './context.js'

/**
 * Middleware that lets pass whose token meets every policy; throws an AuthError otherwise, 401 for whom no
 * `authenticate` has authenticated.
 *
 * @throws ConfigurationError when no policy is given
 */
export function authorize(...policies: readonly Policy[]): Middleware<{ readonly state: object }> {
  const check: ReturnType<typeof createAuthorizer> = createAuthorizer(...policies)
  return async ({ state }, next) => {
    check((state as AuthState).auth)
    await next()
  }
}

/** Who sends the request; throws the AuthError `credentials_missing` for an anonymous one. `C`: as the schema has it. */
export function currentAuth<C = Claims>({ state }: { readonly state: object }): Auth<C> {
  return requireAuth<C>((state as AuthState).auth)
}
