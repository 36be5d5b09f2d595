import { AuthError } from '@portcullis/core'
import type { Handler } from '@portcullis/issuer'
import {
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  ResponseBodyError,
} from 'openid-client'
import { refusal } from '../http/refusal.js'
import { asAuthRequest } from '../http/session-request.js'
import { SessionError } from '../session-error.js'
import { createProvider } from './provider.js'
import { sealedCookie, type PendingSignIn } from './sealed-cookie.js'
import {
  readSingleSignOnOptions,
  type ProviderUser,
  type SingleSignOnOptions,
} from './single-sign-on-options.js'

/** Sign-in at an OpenID provider. */
export interface SingleSignOn {
  /**
   * GET `path`, with `return_to`, sends the browser to the provider; GET `path/callback` is where it comes back to, and
   * where our session begins. 404 for every other path.
   */
  readonly handler: Handler
}

/**
 * Makes sign-in by the authorization code flow with PKCE (RFC 7636), state and nonce (OpenID Connect Core section 3.1),
 * followed by a session of our own. What the provider gives is used once and kept nowhere.
 *
 * @throws ConfigurationError
 */
export function createSingleSignOn(options: SingleSignOnOptions): SingleSignOn {
  const settings = readSingleSignOnOptions(options)
  const { sessions, scope, path, userFor } = settings
  const provider = createProvider(settings)
  const cookie = sealedCookie({
    secret: settings.cookieSecret,
    audience: `${settings.provider.href} ${settings.clientId}`,
    maxAge: settings.maxAge,
    clock: settings.clock,
  })
  const redirectUri = `${sessions.publicOrigin}${path}/callback`

  const begin: Handler = async (request) => {
    const asked = new URL(request.url).searchParams.get('return_to')
    const pending: PendingSignIn = {
      state: randomState(),
      nonce: randomNonce(),
      codeVerifier: randomPKCECodeVerifier(),
      returnTo: sessions.returnAddress(asked) ?? `${sessions.publicOrigin}/`,
    }
    const configuration = await provider().catch((cause: unknown) => {
      throw new SessionError('provider_unavailable', { cause })
    })
    const target = buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope,
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await calculatePKCECodeChallenge(pending.codeVerifier),
      code_challenge_method: 'S256',
    })
    return redirect(target.href, new Headers({ 'Set-Cookie': await cookie.set(pending) }))
  }

  /** What the provider says of the user, after all that OpenID Connect wants to have checked. */
  const claimsOf = async (request: Request, pending: PendingSignIn): Promise<ProviderUser> => {
    const { search } = new URL(request.url)
    try {
      const tokens = await authorizationCodeGrant(await provider(), new URL(redirectUri + search), {
        pkceCodeVerifier: pending.codeVerifier,
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        idTokenExpected: true,
      })
      return tokens.claims() as ProviderUser
    } catch (cause) {
      throw new SessionError(isRefusal(cause) ? 'sign_in_refused' : 'provider_unavailable', {
        cause,
        cookies: [cookie.deleted],
      })
    }
  }

  const finish: Handler = async (request) => {
    const pending = await cookie.read(asAuthRequest(request, sessions.publicOrigin))
    if (pending === undefined) throw new SessionError('sign_in_expired', { cookies: [cookie.deleted] })
    const user = await userFor(await claimsOf(request, pending))
    if (user === undefined) throw new SessionError('sign_in_refused', { cookies: [cookie.deleted] })
    const { headers } = await sessions.signIn(request, user)
    headers.append('Set-Cookie', cookie.deleted)
    return redirect(pending.returnTo, headers)
  }

  const routes = new Map<string, Handler>([
    [path, begin],
    [`${path}/callback`, finish],
  ])
  return Object.freeze({
    async handler(request: Request) {
      const route = routes.get(new URL(request.url).pathname)
      if (route === undefined) return new Response(null, { status: 404 })
      if (request.method !== 'GET') {
        return new Response(null, { status: 405, headers: { Allow: 'GET', 'Cache-Control': 'no-store' } })
      }
      try {
        return await route(request)
      } catch (error) {
        if (error instanceof AuthError || error instanceof SessionError) return refusal(error)
        throw error
      }
    },
  })
}

/** What says that the answer was bad, and not absent. */
const REFUSALS: ReadonlySet<string | undefined> = new Set(
  (
    'AUTHORIZATION_RESPONSE_ERROR INVALID_RESPONSE JWT_TIMESTAMP_CHECK_FAILED JWT_CLAIM_COMPARISON_FAILED ' +
    'JSON_ATTRIBUTE_COMPARISON_FAILED KEY_SELECTION_FAILED'
  )
    .split(' ')
    .map((name) => `OAUTH_${name}`),
)

function isRefusal(cause: unknown): boolean {
  if (cause instanceof ResponseBodyError) return cause.status < 500
  if (cause instanceof AuthorizationResponseError) return cause.error !== 'temporarily_unavailable'
  return cause instanceof ClientError && REFUSALS.has(cause.code)
}

function redirect(location: string, headers: Headers): Response {
  headers.set('Location', location)
  headers.set('Cache-Control', 'no-store')
  headers.set('Referrer-Policy', 'no-referrer')
  return new Response(null, { status: 303, headers })
}
