import { requireSameOrigin, type AuthRequest } from '@portcullis/core'
import type { SessionCookies } from '../cookies/session-cookies.js'
import { attempt, type EndSession } from './endings.js'
import { privateHeaders } from './session-step.js'
import type { SessionsSettings } from './sessions-options.js'
import { createSessionsToEnd } from './sessions-to-end.js'

export function createSignOut(settings: SessionsSettings, cookies: SessionCookies, end: EndSession) {
  const { publicOrigin, origins, store, clearSiteData } = settings

  const sessionsToEnd = createSessionsToEnd(settings, cookies)

  const goodbye = (): Headers => {
    const headers = privateHeaders(cookies.deleted)
    if (clearSiteData.length > 0) {
      headers.set('Clear-Site-Data', clearSiteData.map((kind) => `"${kind}"`).join(', '))
    }
    return headers
  }

  return async (request: AuthRequest, everywhere: boolean): Promise<Headers> => {
    requireSameOrigin(request, [publicOrigin, ...origins])
    const sessions = await attempt(() => sessionsToEnd(request))
    for (const session of sessions) await end(session)
    const subjects = new Set(everywhere ? sessions.map(({ subject }) => subject) : [])
    for (const subject of subjects) {
      for (const other of await attempt(() => store.list(subject))) await end(other)
    }
    return goodbye()
  }
}
