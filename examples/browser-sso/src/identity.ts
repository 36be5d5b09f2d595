import { problemDetails } from '@portcullis/express'
import { createIssuer, createKeyRing, staticClients, toNodeHandler, type Issuer } from '@portcullis/issuer'
import { createSessions, type SessionRevocations, type Sessions } from '@portcullis/session'
import express, { type ErrorRequestHandler } from 'express'
import { SessionError } from '@portcullis/session'
import { ASSETS, pageHeaders } from './assets.js'
import { signInPage } from './pages.js'
import { DOMAIN, type Places } from './places.js'
import { findUser } from './users.js'

export interface IdentityOptions {
  /** The `iss` of the tokens, at which services find the keys. */
  readonly issuer: string
  readonly places: Places
  readonly revocation: SessionRevocations
  /** Seconds that an access token lives. */
  readonly lifetime: number
  /** Seconds in which tabs that renew at once get the same tokens. */
  readonly refreshGrace: number
}

/** Query and form may hold lists and objects as well. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Makes the tokens of this system. */
function createTokens({ issuer, lifetime, refreshGrace }: IdentityOptions): Issuer {
  return createIssuer({
    issuer,
    keyRing: createKeyRing(),
    lifetime,
    refreshGrace,
    clients: staticClients([
      {
        id: 'browser',
        authentication: { method: 'none' },
        grants: ['refresh_token'],
        access: { shop: ['orders:write'], dashboard: ['notes:write'], reports: ['reports:run'] },
      },
    ]),
  })
}

/** Where people sign in, for all services. */
export function createIdentity(options: IdentityOptions) {
  const { places, revocation } = options
  const issuer = createTokens(options)
  const sessions: Sessions = createSessions({
    issuer,
    clientId: 'browser',
    publicOrigin: places.id,
    domain: DOMAIN,
    origins: Object.values(places.services),
    signInUrl: '/sign-in',
    revocation,
  })

  const app = express()
  for (const [path, { type, body }] of ASSETS) {
    app.get(path, (_req, res) => void res.type(type).send(body))
  }
  app.use(toNodeHandler(sessions.handler))
  app.use(toNodeHandler(issuer.handler))

  app.get('/', (_req, res) => {
    res.redirect(303, places.services.shop)
  })
  app.get('/sign-in', (req, res) => {
    res.set(pageHeaders(places)).send(signInPage(textOf(req.query['return_to'])))
  })
  app.post('/sign-in', express.urlencoded({ limit: '10kb' }), async (req, res) => {
    const { name, password, return_to: returnTo } = req.body as Record<string, unknown>
    const user = findUser(name, password)
    if (user === undefined) {
      const page = signInPage(textOf(returnTo), 'That name and password do not belong together.')
      res.status(401).set(pageHeaders(places)).send(page)
      return
    }
    const { headers } = await sessions.signIn(req, user)
    res.setHeaders(headers)
    res.redirect(303, sessions.returnAddress(textOf(returnTo)) ?? places.services.shop)
  })

  const sessionProblems: ErrorRequestHandler = (error, _req, res, next) => {
    if (error instanceof SessionError)
      res
        .status(error.status)
        .set(error.headers as never)
        .json(error)
    else next(error)
  }
  app.use(sessionProblems, problemDetails())
  return app
}
