import { safeListener } from '@portcullis/core/internal'
import { sessionCookies } from '../cookies/session-cookies.js'
import { createReturnAddress } from '../http/return-address.js'
import { createSessionHandler } from '../http/session-handler.js'
import { asAuthRequest } from '../http/session-request.js'
import { createRefresh } from './create-refresh.js'
import { createSignIn } from './create-sign-in.js'
import { createSignOut } from './create-sign-out.js'
import { attempt, createEndSession } from './endings.js'
import { infoOf } from './session-step.js'
import type { Sessions } from './sessions.js'
import { readSessionsOptions, type SessionsOptions } from './sessions-options.js'

/**
 * Makes the sessions of one system.
 *
 * @throws ConfigurationError
 */
export function createSessions(options: SessionsOptions): Sessions {
  const given = readSessionsOptions(options)
  const onEvent = safeListener(given.onEvent)
  const settings = Object.freeze({ ...given, onEvent })
  const { publicOrigin, store, signInUrl } = settings
  const cookies = sessionCookies(settings.cookies)
  const end = createEndSession(settings)
  const signIn = createSignIn(settings, cookies, end)
  const refresh = createRefresh(settings, cookies, end)
  const signOut = createSignOut(settings, cookies, end)
  const returnAddress = createReturnAddress(settings)

  const sessions: Omit<Sessions, 'handler'> = {
    credentials: cookies.credentials,
    signInUrl,
    publicOrigin,
    returnAddress,
    signIn: async (request, user) => signIn(asAuthRequest(request, publicOrigin), user),
    refresh: async (request) => refresh(asAuthRequest(request, publicOrigin)),
    signOut: async (request) => signOut(asAuthRequest(request, publicOrigin), false),
    signOutEverywhere: async (request) => signOut(asAuthRequest(request, publicOrigin), true),
    async list(subject) {
      const found = await attempt(() => store.list(subject))
      return [...found].sort((one, other) => other.lastSeenAt - one.lastSeenAt).map(infoOf)
    },
    async end(subject, sessionId) {
      const session = await attempt(() => store.find(sessionId))
      if (session?.subject !== subject) return false
      await end(session)
      return true
    },
    async endAll(subject) {
      for (const session of await attempt(() => store.list(subject))) await end(session)
    },
  }
  return Object.freeze({ ...sessions, handler: createSessionHandler(sessions, settings, cookies) })
}
