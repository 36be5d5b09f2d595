import { authenticate, authorize, hasPermission, problemDetails } from '@portcullis/express'
import { createIssuer, createKeyRing, staticClients, toNodeHandler } from '@portcullis/issuer'
import express, { type Express, type Response } from 'express'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { createAccounts } from './accounts.js'
import { createGuesses } from './guesses.js'
import { jsonErrors } from './json-errors.js'
import { PEOPLE } from './people.js'
import { SERVICES, type ServiceContext } from './service-context.js'
import { endSession, type SessionEnd } from './session-ends.js'
import { createSessionNotices } from './session-notices.js'
import { trust } from './trust.js'

/** The client that people sign in with: a web page, which can keep no secret. */
export const SHOP = 'shop'

const SIGN_IN = z.strictObject({ name: z.string().min(1).max(64), password: z.string().min(1).max(256) })
const SIGN_OUT = z.strictObject({ refreshToken: z.string().min(1).max(512) })

/** Signs people in and out, and gives them tokens. The token endpoint and the JWKS are the issuer's own. */
export async function createIdentityService(context: ServiceContext): Promise<Express> {
  const { addresses, clock, state } = context
  const accounts = await createAccounts(Object.values(PEOPLE), state)
  const guesses = createGuesses(state)
  const issuer = createIssuer({
    issuer: addresses.identity,
    keyRing: createKeyRing({ store: state.keyRing('identity'), clock }),
    refreshTokens: state.refreshTokens,
    clients: staticClients([
      {
        id: SHOP,
        authentication: { method: 'none' },
        grants: ['refresh_token'],
        access: Object.fromEntries([...SERVICES, 'identity'].map((name) => [name, []])),
      },
    ]),
    subjectIsActive: accounts.isActive,
    clock,
  })
  const tell = createSessionNotices(issuer.signer, context)
  /** Answers once the services know; who is told that some do not may ask again. */
  const endEverywhere = async (end: SessionEnd, res: Response) => {
    await endSession(context, end)
    const { told, untold } = await tell(end)
    if (untold.length > 0) res.status(503).set('Retry-After', '5')
    res.json({ told, untold })
  }

  const app = express()
  app.use(toNodeHandler(issuer.handler))
  app.use(express.json({ limit: '4kb' }))

  app.post('/sign-in', async (req, res) => {
    const { success, data } = SIGN_IN.safeParse(req.body)
    res.set('Cache-Control', 'no-store')
    if (!success) return void res.status(400).json({ code: 'request_invalid' })
    const { name, password } = data
    // Behind a proxy, Express's setting `trust proxy` says whose address it is.
    const address = req.ip ?? ''
    await guesses.begin(name, address)
    const account = await accounts.check(name, password)
    if (account === undefined) return void res.status(401).json({ code: 'name_or_password_wrong' })
    await guesses.wasRight(name, address)
    const { id: subject, roles, permissions } = account
    res.json(await issuer.signIn({ subject, clientId: SHOP, roles, permissions, sessionId: randomUUID() }))
  })

  app.post('/sign-out', async (req, res) => {
    const { success, data } = SIGN_OUT.safeParse(req.body)
    if (!success) return void res.status(400).json({ code: 'request_invalid' })
    const { sessionId } = (await issuer.signOut(data.refreshToken)) ?? {}
    if (sessionId === undefined) return void res.json({ told: [], untold: [] })
    await endEverywhere({ session: sessionId }, res)
  })

  const mayManage = [authenticate(trust('identity', context)), authorize(hasPermission('people:suspend'))]
  app.post('/people/:name/suspension', ...mayManage, async (req, res) => {
    const account = await accounts.suspend(req.params.name)
    if (account === undefined) return void res.status(404).json({ code: 'person_unknown' })
    await endEverywhere({ subject: account.id }, res)
  })

  app.use(problemDetails(), jsonErrors)
  return app
}
