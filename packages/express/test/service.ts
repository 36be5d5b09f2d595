import { createServer, type RequestListener } from 'node:http'
import type { Server } from 'node:http'
import express5 from 'express'
import express4 from 'express4'
import * as portcullis from '@portcullis/express'
import { answer, INTRUDER, policyOf, ROUTES, type ConformanceService } from '@portcullis/testing/conformance'

/** Both lines of Express, used alike. */
export const LINES = [
  ['Express 5', express5],
  ['Express 4', express4 as unknown as typeof express5],
] as const

/** The service that the conformance table describes, written as a user of the package would. */
export function conformanceApp(express: typeof express5, service: ConformanceService): RequestListener {
  const authenticated = portcullis.authenticate(service.options(portcullis))
  const app = express()
  app.set('trust proxy', service.behindProxy)
  app.use(express.json(), express.urlencoded({ extended: true }))
  app.use((req, _res, next) => {
    Object.assign(req, { auth: INTRUDER })
    next()
  })

  const mounted = express.Router()
  app.use('/mounted', mounted)
  mounted.use(authenticated)
  for (const { path } of ROUTES.filter(({ access }) => access === 'public')) {
    app.get(path, (_req, res) => res.json(answer(path, undefined)))
  }
  app.use(authenticated)
  for (const { method, path, requires } of ROUTES.filter(({ access }) => access === 'token')) {
    const policies = requires.map((requirement) => policyOf<portcullis.Policy>(requirement, portcullis))
    const before = policies.length > 0 ? [portcullis.authorize(...policies)] : []
    const inside = /^\/mounted(\/.+)/.exec(path)?.[1]
    const router = inside === undefined ? app : mounted
    const verb = method.toLowerCase() as 'get' | 'post' | 'options'
    router[verb](inside ?? path, ...before, (req, res) => res.json(answer(path, req.auth)))
  }
  if (service.problemDetails) app.use(portcullis.problemDetails())
  return app
}

/** Serves on a free port of loopback for the tests of a block. */
export function served(listener: () => RequestListener): { readonly url: string } {
  let server: Server
  beforeAll(async () => {
    server = createServer(listener())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return {
    get url() {
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('the server has no port')
      return `http://127.0.0.1:${address.port}`
    },
  }
}
