import type { AuthRequest } from '@portcullis/core'
import type { SessionCookies } from '../cookies/session-cookies.js'
import type { StoredSession } from '../store/session-store.js'
import type { SessionsSettings } from './sessions-options.js'

/**
 * Makes the search for the sessions that the cookies of a request belong to, to end them: refresh tokens are no good
 * afterwards. All cookies count, where a sibling host has planted some; those that are none of ours do not matter.
 */
export function createSessionsToEnd({ issuer, store }: SessionsSettings, cookies: SessionCookies) {
  return async (request: AuthRequest): Promise<readonly StoredSession[]> => {
    const refreshed = cookies.refreshTokens(request).map(async (token) => {
      return (await issuer.signOut(token))?.sessionId
    })
    const accessed = cookies.accessTokens(request).map(async (token) => {
      return (await issuer.readAccessToken(token))?.sid
    })
    const named = await Promise.all([...refreshed, ...accessed])
    const ids = new Set(named.filter((id) => typeof id === 'string'))
    const found = await Promise.all([...ids].map((id) => store.find(id)))
    return found.filter((session) => session !== undefined)
  }
}
