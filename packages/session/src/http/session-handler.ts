import { AuthError, requireSameOrigin } from '@portcullis/core'
import type { Handler } from '@portcullis/issuer'
import type { SessionCookies } from '../cookies/session-cookies.js'
import { SessionError } from '../session-error.js'
import { attempt } from '../sessions/endings.js'
import type { Sessions, SessionStep } from '../sessions/sessions.js'
import type { SessionsSettings } from '../sessions/sessions-options.js'
import { allowOrigins } from './cross-origin.js'
import { refusal } from './refusal.js'
import { asAuthRequest } from './session-request.js'

type Route = (request: Request) => Promise<Response>
type Routes = Readonly<Record<string, Route>>

/** The routes as a web-standard handler. */
export function createSessionHandler(
  sessions: Omit<Sessions, 'handler'>,
  settings: SessionsSettings,
  cookies: SessionCookies,
): Handler {
  const { publicOrigin, origins, issuer, store, signInUrl } = settings
  const { path } = settings.cookies

  const signedIn = async (request: Request) => {
    const auth = asAuthRequest(request, publicOrigin)
    requireSameOrigin(auth, [publicOrigin, ...origins])
    const [token, ...others] = cookies.accessTokens(auth)
    if (others.length > 0) throw new AuthError('credentials_multiple')
    if (token === undefined) throw new SessionError('session_missing')
    const sid = (await attempt(() => issuer.readAccessToken(token)))?.sid
    const session = typeof sid === 'string' ? await attempt(() => store.find(sid)) : undefined
    if (session === undefined) throw new SessionError('session_ended')
    return session
  }

  /** A page that is opened while its token has expired: renewed, and back; or to where people sign in. */
  const renewAndReturn: Route = async (request) => {
    const mode = request.headers.get('sec-fetch-mode')
    if (mode !== null && mode !== 'navigate') return notAllowed('POST')
    const asked = new URL(request.url).searchParams.get('return_to')
    const returnTo = sessions.returnAddress(asked) ?? `${publicOrigin}/`
    let step: SessionStep
    try {
      step = await sessions.refresh(request)
    } catch (error) {
      if (!(error instanceof SessionError) || error.status !== 401 || signInUrl === undefined) throw error
      const target = new URL(signInUrl)
      target.searchParams.set('return_to', returnTo)
      return redirect(target.href, new Headers(refusal(error).headers))
    }
    return redirect(returnTo, step.headers)
  }

  /** A form of a page goes on to where people sign in; a script has the headers, and goes where it wants. */
  const goodbye = (request: Request, headers: Headers) =>
    request.headers.get('sec-fetch-mode') === 'navigate' && signInUrl !== undefined
      ? redirect(signInUrl, headers)
      : new Response(null, { status: 204, headers })

  const routes = new Map<string, Routes>([
    [
      path,
      {
        GET: renewAndReturn,
        async POST(request) {
          const { headers, session, expiresIn } = await sessions.refresh(request)
          return Response.json({ expiresIn, expiresAt: session.expiresAt }, { headers })
        },
      },
    ],
    [`${path}/sign-out`, { POST: async (request) => goodbye(request, await sessions.signOut(request)) }],
    [
      `${path}/sign-out-everywhere`,
      { POST: async (request) => goodbye(request, await sessions.signOutEverywhere(request)) },
    ],
    [
      `${path}/list`,
      {
        async GET(request) {
          const current = await signedIn(request)
          const all = await sessions.list(current.subject)
          const listed = all.map((session) => ({ ...session, current: session.id === current.id }))
          return Response.json({ sessions: listed }, { headers: { 'Cache-Control': 'no-store' } })
        },
      },
    ],
  ])
  const endOne: Routes = {
    async POST(request) {
      const { subject } = await signedIn(request)
      const id = new URL(request.url).pathname.slice(`${path}/end/`.length)
      if (!(await sessions.end(subject, id))) throw new SessionError('session_unknown')
      return new Response(null, { status: 204, headers: { 'Cache-Control': 'no-store' } })
    },
  }

  return async (request) => {
    const { pathname } = new URL(request.url)
    const methods = routes.get(pathname) ?? (pathname.startsWith(`${path}/end/`) ? endOne : undefined)
    if (methods === undefined) return new Response(null, { status: 404 })
    const route = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined
    try {
      const answer = route === undefined ? notAllowed(Object.keys(methods).join(', ')) : await route(request)
      return allowOrigins(request, answer, origins)
    } catch (error) {
      if (error instanceof AuthError || error instanceof SessionError) {
        return allowOrigins(request, refusal(error), origins)
      }
      throw error
    }
  }
}

function redirect(location: string, headers: Headers): Response {
  headers.delete('Content-Type')
  headers.set('Location', location)
  return new Response(null, { status: 303, headers })
}

function notAllowed(allow: string): Response {
  return new Response(null, { status: 405, headers: { Allow: allow, 'Cache-Control': 'no-store' } })
}
