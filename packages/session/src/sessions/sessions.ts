import type { CredentialSource } from '@portcullis/core'
import type { Handler, SignInRequest } from '@portcullis/issuer'
import type { SessionRequest } from '../http/session-request.js'

/** A user whom the application has authenticated: what `issuer.signIn()` takes, without what is the session's own. */
export type SessionUser = Omit<SignInRequest, 'clientId' | 'keyThumbprint' | 'sessionId'>

/** A session as its owner may see it. Times are seconds since the epoch. */
export interface SessionInfo {
  readonly id: string
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly idleExpiresAt: number
  readonly expiresAt: number
  /** What the browser says that it is; not to be believed, and to be escaped. */
  readonly device: string
}

/** What a browser is to do: headers, the cookies among them, for `response.setHeaders(headers)` or a `Response`. */
export interface SessionStep {
  readonly headers: Headers
  readonly session: SessionInfo
  /** Seconds that the access token lives. */
  readonly expiresIn: number
}

/**
 * Sessions of people in browsers. Whatever takes a request refuses one that comes from a page of another site, by the
 * AuthError `cross_site_request_refused` (403). Where a store fails, it is the SessionError `session_unavailable` (503).
 */
export interface Sessions {
  /** For the option `credentials` of `authenticate` in the same process. */
  readonly credentials: CredentialSource
  /** Where people sign in, absolute. */
  readonly signInUrl: string | undefined
  /** Scheme, host and port under which browsers address the routes. */
  readonly publicOrigin: string
  /**
   * Begins a session for a user whom the application has authenticated. It has a new name and new tokens, whatever the
   * request held; the session that the browser had before has ended.
   *
   * @throws SessionError `cookie_too_large`, and the IssuerErrors of `issuer.signIn()`
   */
  signIn(request: SessionRequest, user: SessionUser): Promise<SessionStep>
  /**
   * New tokens for the refresh cookie. The same cookie gets the same successor for the issuer's `refreshGrace`, for
   * tabs that ask at once; later it is stolen, and the session ends everywhere.
   *
   * @throws SessionError `session_missing`, `session_ended`; AuthError `credentials_multiple` for two refresh cookies
   */
  refresh(request: SessionRequest): Promise<SessionStep>
  /** Ends the session of the request, if it has one, and has the browser forget. */
  signOut(request: SessionRequest): Promise<Headers>
  /** Ends every session of whoever sends the request. */
  signOutEverywhere(request: SessionRequest): Promise<Headers>
  /** The sessions of a user, the most recently used first. */
  list(subject: string): Promise<readonly SessionInfo[]>
  /** Ends one session of a user; false where he has no such session. */
  end(subject: string, sessionId: string): Promise<boolean>
  /** Ends all sessions of a user: after a change of password, or when he is locked out. */
  endAll(subject: string): Promise<void>
  /** The name of a URL to return to, if it is one of ours: absolute, of one of the origins, and none of the routes. */
  returnAddress(text: string | null | undefined): string | undefined
  /**
   * The routes; 404 for every other path. Of `path`: POST renews, and GET with `return_to` renews and goes there.
   * Below it: POST `/sign-out` and `/sign-out-everywhere`, GET `/list`, POST `/end/{id}`.
   */
  readonly handler: Handler
}
