import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import Router from '@koa/router'
import Koa3 from 'koa'
import Koa2 from 'koa2'
import * as portcullis from '@portcullis/koa'
import { answer, INTRUDER, policyOf, ROUTES, type ConformanceService } from '@portcullis/testing/conformance'

/** Both lines of Koa, used alike. */
export const LINES = [
  ['Koa 3', Koa3],
  ['Koa 2', Koa2 as unknown as typeof Koa3],
] as const

type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** The service that the conformance table describes, written as a user of the package would. */
export function conformanceApp(Koa: typeof Koa3, service: ConformanceService): Listener {
  const app = new Koa<portcullis.AuthState>()
  app.proxy = service.behindProxy
  if (service.problemDetails) app.use(portcullis.problemDetails())
  app.use((ctx, next) => {
    Object.assign(ctx.state, { auth: INTRUDER })
    return next()
  })

  const open = new Router<portcullis.AuthState>()
  for (const { path } of ROUTES.filter(({ access }) => access === 'public')) {
    open.get(path, (ctx) => {
      ctx.body = answer(path, undefined)
    })
  }
  const authenticated = portcullis.authenticate(service.options(portcullis))
  const guarded = new Router<portcullis.AuthState>()
  const mounted = new Router<portcullis.AuthState>().use(authenticated)
  for (const { method, path, requires } of ROUTES.filter(({ access }) => access === 'token')) {
    const policies = requires.map((requirement) => policyOf<portcullis.Policy>(requirement, portcullis))
    const before = policies.length > 0 ? [portcullis.authorize(...policies)] : []
    const inside = /^\/mounted(\/.+)/.exec(path)?.[1]
    const router = inside === undefined ? guarded : mounted
    router.register(
      inside ?? path,
      [method],
      [
        ...before,
        (ctx: { state: portcullis.AuthState; body: unknown }) => {
          ctx.body = answer(path, ctx.state.auth)
        },
      ],
    )
  }
  const outer = new Router<portcullis.AuthState>().use('/mounted', mounted.routes())
  app.use(open.routes()).use(outer.routes()).use(authenticated).use(guarded.routes())
  return app.callback()
}
/** Serves on a free port of loopback for the tests of a block. */
export function served(makeListener: () => Listener): { readonly url: string } {
  let server: Server
  beforeAll(async () => {
    const listener = makeListener()
    server = createServer((request, response) => void listener(request, response))
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
