import { requireSameOrigin, type AuthRequest } from '@portcullis/core'
import type { SessionCookies } from '../cookies/session-cookies.js'
import { SessionError } from '../session-error.js'
import { attempt, type EndSession } from './endings.js'
import { stepFor } from './session-step.js'
import type { SessionStep } from './sessions.js'
import type { SessionsSettings } from './sessions-options.js'

export function createRefresh(settings: SessionsSettings, cookies: SessionCookies, end: EndSession) {
  const { issuer, clientId, publicOrigin, origins, store, clock, onEvent } = settings
  const ended = () => new SessionError('session_ended', { cookies: cookies.deleted })

  /** Somebody else has had the refresh token: neither keeps anything. */
  const endStolen = async (subject: string, sessionId: string) => {
    onEvent({ kind: 'refresh_token_reused', subject, sessionId })
    const session = await attempt(() => store.find(sessionId))
    if (session !== undefined) await end(session)
  }

  return async (request: AuthRequest): Promise<SessionStep> => {
    requireSameOrigin(request, [publicOrigin, ...origins])
    const token = cookies.refreshToken(request)
    if (token === undefined) throw new SessionError('session_missing')
    const renewed = await attempt(() => issuer.refresh(token, clientId))
    if (renewed.kind === 'ended') throw ended()
    const { subject, sessionId = '' } = renewed
    if (renewed.kind === 'reused') {
      await endStolen(subject, sessionId)
      throw ended()
    }
    const { accessToken, expiresIn, refreshToken = '', signInId = '', refreshIdleExpiresIn = 0 } = renewed
    const now = clock()
    const seen = { lastSeenAt: now, idleExpiresAt: now + refreshIdleExpiresIn, accessLifetime: expiresIn }
    const session = await attempt(() => store.touch(sessionId, seen))
    if (session === undefined) {
      // What is not listed could not be ended by its owner.
      await attempt(() => issuer.endSignIn(signInId))
      throw ended()
    }
    return stepFor(session, cookies, {
      accessToken,
      accessLifetime: expiresIn,
      refreshToken,
      refreshLifetime: refreshIdleExpiresIn,
    })
  }
}
