import type { SessionCookies, SessionTokens } from '../cookies/session-cookies.js'
import type { StoredSession } from '../store/session-store.js'
import type { SessionInfo, SessionStep } from './sessions.js'

/** @throws SessionError `cookie_too_large` */
export function stepFor(session: StoredSession, cookies: SessionCookies, tokens: SessionTokens): SessionStep {
  const headers = privateHeaders(cookies.set(tokens))
  return Object.freeze({ headers, session: infoOf(session), expiresIn: tokens.accessLifetime })
}

/** Cookies in an answer that nobody may keep. */
export function privateHeaders(setCookies: readonly string[]): Headers {
  const headers = new Headers({ 'Cache-Control': 'no-store' })
  for (const each of setCookies) headers.append('Set-Cookie', each)
  return headers
}

/** What the owner may see of it; how it is found at the issuer is not his. */
export function infoOf(session: StoredSession): SessionInfo {
  const { id, createdAt, lastSeenAt, idleExpiresAt, expiresAt, device } = session
  return Object.freeze({ id, createdAt, lastSeenAt, idleExpiresAt, expiresAt, device })
}
