import { createSender, createSqlOutbox } from '@portcullis/sync'
import { receiveBatches as receiveInExpress } from '@portcullis/sync/express'
import { receiveBatches as receiveInKoa } from '@portcullis/sync/koa'
import { SyncModule } from '@portcullis/sync/nest'
import { Controller, Get, Logger, Module, type INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { ExpressAdapter } from '@nestjs/platform-express'
import { PortcullisModule } from '@portcullis/nest'
import express from 'express'
import express4 from 'express4'
import Koa from 'koa'
import Koa2 from 'koa2'
import { createServer, type Server } from 'node:http'
import { databases, type TestDatabase } from './support/databases.ts'
import { bodyOf, honestClaims, order, post } from './support/forge.ts'
import { listen } from './support/listen.ts'
import { openShop, SHOP_B, type Shop } from './support/shop.ts'

const [, open] = databases[0]!

@Controller()
class OtherController {
  @Get('other')
  other() {
    return 'elsewhere'
  }
}

async function nest(shop: Shop, adapter: ExpressAdapter | FastifyAdapter): Promise<Server> {
  @Module({
    imports: [
      SyncModule.forRoot({ receiver: shop.receiver, path: 'sync' }),
      // The envelope authenticates a batch; every other route is guarded as before.
      PortcullisModule.forRoot({
        issuer: 'https://id.example.com',
        audience: 'b',
        keys: shop.issuer.keys,
      }),
    ],
    controllers: [OtherController],
  })
  class ShopModule {}
  Logger.overrideLogger(false)
  const app: INestApplication = await NestFactory.create(ShopModule, adapter)
  await app.init()
  if (adapter instanceof FastifyAdapter) await adapter.getInstance().ready()
  return app.getHttpServer() as Server
}

const ADAPTERS: Readonly<Record<string, (shop: Shop) => Server | Promise<Server>>> = {
  'Express 5': ({ receiver }) => {
    const app = express()
    app.use('/sync', receiveInExpress(receiver))
    app.use(express.json())
    app.get('/other', (_request, response) => void response.status(401).end())
    return createServer(app)
  },
  'Express 4': ({ receiver }) => {
    const app = express4()
    app.use('/sync', receiveInExpress(receiver))
    app.get('/other', (_request, response) => void response.status(401).end())
    return createServer(app)
  },
  'Koa 3': ({ receiver }) => {
    const app = new Koa()
    app.use(receiveInKoa('/sync', receiver))
    app.use((context) => void (context.status = 401))
    app.silent = true
    return createServer((request, response) => void app.callback()(request, response))
  },
  'Koa 2': ({ receiver }) => {
    const app = new Koa2()
    app.use(receiveInKoa('/sync', receiver))
    app.use((context) => void (context.status = 401))
    app.silent = true
    return createServer((request, response) => void app.callback()(request, response))
  },
  'Nest on Express': (shop) => nest(shop, new ExpressAdapter()),
  'Nest on Fastify': (shop) => nest(shop, new FastifyAdapter()),
}

describe.each(Object.entries(ADAPTERS))('%s', (_name, start) => {
  let shop: Shop
  let own: TestDatabase
  let server: Server
  let origin: string
  beforeAll(async () => {
    shop = await openShop(open)
    own = await open()
    server = await start(shop)
    origin = await listen(server)
  })
  afterAll(async () => {
    server.close()
    server.closeAllConnections()
    await own.close()
    await shop.close()
  })

  test('a sender sends its outbox to it', async () => {
    const outbox = await createSqlOutbox({ database: own.database, stream: 'orders' })
    const records = [1, 2, 3].map((each) => ({ id: `order/${each}`, data: 'x'.repeat(200_000) }))
    await own.database.transaction().execute((transaction) => outbox.append(transaction, records))
    const sender = createSender({
      signer: shop.a,
      receiver: { name: SHOP_B, url: `${origin}/sync` },
      receipts: { keys: shop.b.keys },
      stream: 'orders',
      outbox,
      clock: shop.clock,
    })
    expect(await sender.push()).toEqual({ batches: 1, records: 3 })
    expect((await shop.snapshot()).applications).toEqual([1, 2, 3])
  })

  test('refusals are problem details that tell the sender what to do', async () => {
    const body = bodyOf([order(9)])
    const previous = `sha-256=:${'A'.repeat(43)}=:`
    const claims = honestClaims(shop, body, { htu: `${origin}/sync`, first: 9, last: 9, previous })
    const answer = await post(shop, {
      url: `${origin}/sync`,
      envelope: await shop.a.sign(claims),
      body,
      headers: { host: new URL(origin).host },
    })
    expect(answer.status).toBe(409)
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(answer.body).toMatchObject({ code: 'sequence_gap', action: 'resend', next: 4 })
    expect(answer.body.receipt).toEqual(expect.any(String))
  })

  test('a request without an envelope is challenged, and a large body is not waited for', async () => {
    const { status, headers, body } = await post(shop, {
      url: `${origin}/sync`,
      headers: { 'content-length': '100000000', host: new URL(origin).host },
      write: (outgoing) => void outgoing.write('x'),
    })
    expect(status).toBe(401)
    expect(headers['www-authenticate']).toBe('Bearer')
    expect(body).toMatchObject({ code: 'credentials_missing', action: 'renew' })
  })

  test('other routes are what they were', async () => {
    expect((await fetch(`${origin}/other`)).status).toBe(401)
  })
})
