import { createAuthenticator, nodeRequest, type AuthenticatorOptions, type Claims } from '@portcullis/core'
import type { ExpressRequest, Handler } from './handler.js'

/**
 * Middleware that says who sends a request, in `req.auth`; it refuses by `next(error)` with an AuthError.
 *
 * @throws ConfigurationError when an option is wrong, unknown or missing
 */
export function authenticate<C = Claims>(options: AuthenticatorOptions<C>): Handler {
  const authenticator = createAuthenticator(options)
  return (request, _response, next) => {
    // One store and no more: Express gives each request a prototype anew, and a store then takes microseconds.
    const finish = (auth?: unknown, error?: unknown) => {
      request.auth = auth as ExpressRequest['auth']
      next(error)
    }
    authenticator(nodeRequest(request, () => addressOf(request))).then(finish, (error: unknown) => {
      finish(undefined, error)
    })
  }
}

/** Follows the app's `trust proxy`. Express 4 has no property for the host together with its port. */
function addressOf({ app, headers, originalUrl, protocol, socket }: ExpressRequest) {
  const trusts = app.get('trust proxy fn') as (address: string | undefined, hop: number) => boolean
  const forwarded = trusts(socket.remoteAddress, 0) ? headers['x-forwarded-host'] : undefined
  const [host = ''] = String(forwarded || headers.host || '').split(',')
  return { protocol, host: host.trim(), target: originalUrl }
}
