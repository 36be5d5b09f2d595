import { ConfigurationError, requireSameOrigin, type AuthRequest } from '@portcullis/core'
import { randomBytes } from 'node:crypto'
import type { SessionCookies } from '../cookies/session-cookies.js'
import type { StoredSession } from '../store/session-store.js'
import { attempt, type EndSession } from './endings.js'
import { stepFor } from './session-step.js'
import type { SessionStep, SessionUser } from './sessions.js'
import type { SessionsSettings } from './sessions-options.js'
import { createSessionsToEnd } from './sessions-to-end.js'

const ID_BYTES = 16
const LONGEST_DEVICE = 256

export function createSignIn(settings: SessionsSettings, cookies: SessionCookies, end: EndSession) {
  const { issuer, clientId, publicOrigin, origins, store, maxSessions, clock, onEvent } = settings

  const sessionsBefore = createSessionsToEnd(settings, cookies)

  const endLeastRecent = async (subject: string) => {
    const sessions = await store.list(subject)
    const recent = [...sessions].sort((one, other) => other.lastSeenAt - one.lastSeenAt)
    for (const session of recent.slice(maxSessions)) await end(session)
  }

  return async (request: AuthRequest, user: SessionUser): Promise<SessionStep> => {
    requireSameOrigin(request, [publicOrigin, ...origins])
    // Chosen here and never taken from a request: nobody can fix it beforehand.
    const sessionId = randomBytes(ID_BYTES).toString('base64url')
    const signedIn = await issuer.signIn({ ...user, clientId, sessionId })
    const { refreshToken, refreshExpiresIn, refreshIdleExpiresIn, signInId, expiresIn, accessToken } =
      signedIn
    if (
      refreshToken === undefined ||
      refreshExpiresIn === undefined ||
      refreshIdleExpiresIn === undefined ||
      signInId === undefined
    ) {
      throw new ConfigurationError('clientId', 'names a client without the grant refresh_token; add it')
    }
    const now = clock()
    const session: StoredSession = Object.freeze({
      id: sessionId,
      subject: user.subject,
      signInId,
      createdAt: now,
      lastSeenAt: now,
      idleExpiresAt: now + refreshIdleExpiresIn,
      expiresAt: now + refreshExpiresIn,
      accessLifetime: expiresIn,
      device: (request.header('user-agent')[0] ?? '').slice(0, LONGEST_DEVICE),
    })
    try {
      const step = stepFor(session, cookies, {
        accessToken,
        accessLifetime: expiresIn,
        refreshToken,
        refreshLifetime: refreshIdleExpiresIn,
      })
      await attempt(async () => {
        await store.create(session)
        for (const old of await sessionsBefore(request)) await end(old)
        await endLeastRecent(user.subject)
      })
      onEvent({ kind: 'signed_in', subject: user.subject, sessionId })
      return step
    } catch (error) {
      // Nobody has its tokens; what cannot be ended now dies of being idle.
      await end(session).catch(() => undefined)
      throw error
    }
  }
}
