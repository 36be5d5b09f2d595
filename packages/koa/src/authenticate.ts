import { createAuthenticator, nodeRequest, type AuthenticatorOptions, type Claims } from '@portcullis/core'
import type { AuthState, KoaContext, Middleware } from './context.js'

/**
 * Middleware that says who sends a request, in `ctx.state.auth`; it refuses by throwing an AuthError.
 *
 * @throws ConfigurationError when an option is wrong, unknown or missing
 */
export function authenticate<C = Claims>(
  options: AuthenticatorOptions<C>,
): Middleware<KoaContext<AuthState<C>>> {
  const authenticator = createAuthenticator(options)
  return async (context, next) => {
    context.state.auth = undefined
    context.state.auth = await authenticator(nodeRequest(context.req, () => addressOf(context)))
    await next()
  }
}

/** Follows the app's `proxy`. */
const addressOf = ({ protocol, host, originalUrl }: KoaContext) => ({ protocol, host, target: originalUrl })
