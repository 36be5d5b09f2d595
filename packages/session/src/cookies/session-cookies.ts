import { AuthError, cookie, type AuthRequest, type CredentialSource } from '@portcullis/core'
import { cookieValues } from './cookie-values.js'
import { deletedCookie, tokenCookie, type CookiePlace } from './token-cookie.js'

/** For this host alone: no sibling host can set a cookie of that name (RFC 6265bis). */
export const HOST_ACCESS_COOKIE = '__Host-access_token'
/** For all hosts of a domain. */
export const SHARED_ACCESS_COOKIE = '__Secure-access_token'
/** Sent to the refresh route and what lies below it, of this host alone. */
export const REFRESH_COOKIE = '__Secure-refresh_token'

/** The two tokens of a session, with the seconds that they live. */
export interface SessionTokens {
  readonly accessToken: string
  readonly accessLifetime: number
  readonly refreshToken: string
  readonly refreshLifetime: number
}

export interface CookieSettings {
  readonly domain: string | undefined
  readonly path: string
  readonly sameSite: 'lax' | 'strict'
}

export interface SessionCookies {
  /** Where core finds the access token. */
  readonly credentials: CredentialSource
  /** @throws SessionError `cookie_too_large` */
  set(tokens: SessionTokens): readonly string[]
  readonly deleted: readonly string[]
  /** @throws AuthError `credentials_multiple` (400) where there are several: a sibling host may have planted one */
  refreshToken(request: AuthRequest): string | undefined
  refreshTokens(request: AuthRequest): readonly string[]
  accessTokens(request: AuthRequest): readonly string[]
}

export function sessionCookies({ domain, path, sameSite }: CookieSettings): SessionCookies {
  const name = domain === undefined ? HOST_ACCESS_COOKIE : SHARED_ACCESS_COOKIE
  const access: CookiePlace = { name, path: '/', sameSite, ...(domain === undefined ? {} : { domain }) }
  const refresh: CookiePlace = { name: REFRESH_COOKIE, path, sameSite }
  return Object.freeze({
    credentials: cookie(name),
    set: ({ accessToken, accessLifetime, refreshToken, refreshLifetime }: SessionTokens) => [
      tokenCookie(access, accessToken, accessLifetime),
      tokenCookie(refresh, refreshToken, refreshLifetime),
    ],
    deleted: Object.freeze([deletedCookie(access), deletedCookie(refresh)]),
    refreshToken(request: AuthRequest) {
      const [first, ...others] = cookieValues(request, REFRESH_COOKIE)
      if (others.length > 0) throw new AuthError('credentials_multiple')
      return first
    },
    refreshTokens: (request: AuthRequest) => cookieValues(request, REFRESH_COOKIE),
    accessTokens: (request: AuthRequest) => cookieValues(request, name),
  })
}
