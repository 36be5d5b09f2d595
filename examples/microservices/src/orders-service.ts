import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import { createAuthorizer, type Authorizer, type Policy } from '@portcullis/core'
import { toNodeHandler } from '@portcullis/issuer'
import {
  anyOf,
  authenticate,
  authorize,
  currentAuth,
  hasPermission,
  hasRole,
  problemDetails,
} from '@portcullis/koa'
import Koa from 'koa'
import { z } from 'zod'
import { createPeers } from './peers.js'
import { createOrders, type Order } from './order-book.js'
import type { ServiceContext } from './service-context.js'
import { endSession, toldByIdentity } from './session-ends.js'
import { trust } from './trust.js'

const ORDER = z.strictObject({ item: z.string().min(1).max(64), quantity: z.int().min(1).max(100) })

const belongsTo = (order: Order): Policy => ({
  check: ({ subject }) =>
    subject === order.customer ? { allowed: true } : { allowed: false, code: 'policy_refused' },
  describe: () => 'the customer of the order',
})

/** In Koa: takes orders, and has catalog and billing do their part, by tokens of its own. */
export function createOrdersService(context: ServiceContext): Koa {
  const peers = createPeers(context)
  const orders = createOrders(context.state)

  const open = new Router()
  const jwks = toNodeHandler(peers.jwks)
  open.get('/jwks', async (ctx) => {
    ctx.respond = false
    await jwks(ctx.req, ctx.res)
  })

  const router = new Router()
  router.post('/orders', authorize(hasPermission('orders:place')), bodyParser(), async (ctx) => {
    const { success, data } = ORDER.safeParse(ctx.request.body)
    if (!success) return ctx.throw(400)
    const customer = currentAuth(ctx).subject ?? ''
    const id = await orders.nextId()
    const reservation = await peers.reserve(id, data.item, data.quantity).catch(() => ctx.throw(502))
    if (reservation === undefined) return ctx.throw(409)
    try {
      await peers.charge(id, customer, reservation.amount)
    } catch {
      await peers.release(id, data.item)
      return ctx.throw(502)
    }
    ctx.status = 201
    ctx.body = await orders.add({ ...data, id, customer, amount: reservation.amount, state: 'paid' })
  })
  router.get('/orders', authorize(hasPermission('orders:read')), async (ctx) => {
    ctx.body = { orders: await orders.all() }
  })
  router.get('/orders/:id', async (ctx) => {
    const auth = currentAuth(ctx)
    const order = (await orders.find(String(ctx.params.id))) ?? ctx.throw(404)
    const mayRead: Authorizer = createAuthorizer(anyOf(belongsTo(order), hasPermission('orders:read')))
    mayRead(auth)
    ctx.body = order
  })
  router.post('/orders/:id/cancellation', authorize(hasRole('manager')), async (ctx) => {
    ctx.body = (await orders.cancel(String(ctx.params.id))) ?? ctx.throw(404)
  })
  router.post('/session-ends', authorize(...toldByIdentity(context)), bodyParser(), async (ctx) => {
    ctx.status = (await endSession(context, ctx.request.body)) ? 204 : 400
  })

  const app = new Koa()
  app.use(problemDetails())
  app.use(open.routes())
  app.use(authenticate(trust('orders', context)))
  app.use(router.routes())
  return app
}
