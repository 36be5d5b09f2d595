import { Controller, Get, Module, type NestApplicationOptions } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import express, { type ErrorRequestHandler } from 'express'
import express4 from 'express4'
import Koa from 'koa'
import 'reflect-metadata'
import {
  createClientSecret,
  createIssuer,
  createKeyRing,
  staticClients,
  toNodeHandler,
  type Handler,
} from '@portcullis/issuer'
import { start, type Listener, type Started } from '../../../test/support/start.ts'

const { secret, digest } = createClientSecret()
const clients = staticClients([
  {
    id: 'orders',
    authentication: { method: 'client_secret', secrets: [{ digest }] },
    grants: ['client_credentials'],
    access: { 'inventory-api': ['stock:read'] },
  },
])
const issuerAt = (url: string): Handler =>
  createIssuer({ issuer: `${url}/id`, keyRing: createKeyRing(), clients }).handler

@Controller()
class HealthController {
  @Get('health')
  health() {
    return 'healthy'
  }
}

@Module({ controllers: [HealthController] })
class AppModule {}

const frameworks: Record<string, (handler: Handler) => Listener | Promise<Listener>> = {
  'node:http': (handler) => {
    const node = toNodeHandler(handler)
    return (request, response) => {
      void node(request, response, () => response.end('healthy'))
    }
  },
  'Express 5': (handler) => {
    const app = express()
    app.use(toNodeHandler(handler))
    app.get('/health', (_, res) => void res.send('healthy'))
    return app as Listener
  },
  'Express 4': (handler) => {
    const app = express4()
    const issuer = toNodeHandler(handler)
    app.use((req, res, next) => void issuer(req, res, next))
    app.get('/health', (_, res) => void res.send('healthy'))
    return app as Listener
  },
  Koa: (handler) => {
    const app = new Koa()
    const issuer = toNodeHandler(handler)
    app.use((ctx, next) => issuer(ctx.req, ctx.res, next))
    app.use((ctx) => {
      ctx.body = 'healthy'
    })
    return app.callback()
  },
  Nest: async (handler) => {
    const options: Pick<NestApplicationOptions, 'logger'> = { logger: false }
    const app = await NestFactory.create(AppModule, new ExpressAdapter(), options)
    app.use(toNodeHandler(handler))
    await app.init()
    return app.getHttpAdapter().getInstance() as Listener
  },
}

describe.each(Object.entries(frameworks))('in %s', (_, mount) => {
  let server: Started
  beforeAll(async () => {
    server = await start((url) => mount(issuerAt(url)))
  })
  afterAll(() => server.close())

  const post = (body: string) =>
    fetch(`${server.url}/id/token`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${btoa(`orders:${secret}`)}`,
      },
    })

  test('tokens are had, refusals are answered, and everything else goes on', async () => {
    const answer = await post('grant_type=client_credentials')
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(await answer.json()).toMatchObject({ token_type: 'Bearer', scope: 'stock:read' })
    const refused = await post('grant_type=password')
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: 'unsupported_grant_type' }])
    expect((await post(`grant_type=client_credentials&x=${'a'.repeat(100_000)}`)).status).toBe(413)
    const health = await fetch(`${server.url}/health`)
    expect([health.status, await health.text()]).toEqual([200, 'healthy'])
    expect((await fetch(`${server.url}/id/jwks`)).status).toBe(200)
  })
})

test('the bodies of other requests are left to others: nothing listens to them, or keeps them', async () => {
  const node = toNodeHandler(issuerAt('http://localhost'))
  let listeners: number | undefined
  const server = await start(() => async (request, response) => {
    await node(request, response, async () => {
      listeners = request.listenerCount('data')
      let bytes = 0
      for await (const piece of request as AsyncIterable<Buffer>) bytes += piece.length
      response.end(String(bytes))
    })
  })
  const answer = await fetch(`${server.url}/upload`, { method: 'POST', body: Buffer.alloc(1_000_000) })
  const read = await answer.text()
  await server.close()
  expect({ read, listeners }).toEqual({ read: '1000000', listeners: 0 })
})

test("behind a body parser it fails loudly, and not as the caller's fault", async () => {
  const server = await start((url) => {
    const app = express()
    app.use(express.urlencoded({ extended: true }))
    app.use(toNodeHandler(issuerAt(url)))
    const showMessage: ErrorRequestHandler = (error: Error, _req, res, next) => {
      res.status(500).send(error.message)
      next()
    }
    app.use(showMessage)
    return app as Listener
  })
  const answer = await fetch(`${server.url}/id/token`, {
    method: 'POST',
    body: new URLSearchParams({ a: 'b' }),
  })
  expect([answer.status, await answer.text()]).toEqual([500, expect.stringMatching(/before body parsers/)])
  await server.close()
})

test('several cookies of one answer stay several', async () => {
  const headers = new Headers()
  headers.append('Set-Cookie', 'a=1; Path=/')
  headers.append('Set-Cookie', 'b=2; Path=/')
  const handler: Handler = () => Promise.resolve(new Response(null, { status: 204, headers }))
  const node = toNodeHandler(handler)
  const server = await start(() => (request, response) => void node(request, response))
  const answer = await fetch(server.url)
  expect([answer.status, answer.headers.getSetCookie()]).toEqual([204, ['a=1; Path=/', 'b=2; Path=/']])
  await server.close()
})
