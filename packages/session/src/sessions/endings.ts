import { SessionError } from '../session-error.js'
import type { StoredSession } from '../store/session-store.js'
import type { SessionsSettings } from './sessions-options.js'

/** For services whose clocks are behind, and tolerate something. */
const BEYOND_THE_END = 600

export type EndSession = (session: StoredSession) => Promise<void>

/**
 * Makes the end of a session: no refresh token of it is good, services refuse its access tokens, and it is listed no
 * more, in this order. Where a step fails it is still listed, and can be ended once more.
 */
export function createEndSession(settings: SessionsSettings): EndSession {
  const { issuer, revocation, store, clock, onEvent } = settings
  return async ({ id, subject, signInId, accessLifetime }) => {
    await attempt(async () => {
      await issuer.endSignIn(signInId)
      const until = clock() + accessLifetime + BEYOND_THE_END
      await revocation?.revoke({ issuer: issuer.signer.issuer, sessionId: id, until })
      await store.remove(id)
    })
    onEvent({ kind: 'session_ended', subject, sessionId: id })
  }
}

/** @throws SessionError `session_unavailable` for whatever fails */
export async function attempt<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (cause) {
    throw new SessionError('session_unavailable', { cause })
  }
}
