import Router from '@koa/router'
import { authenticate, authorize, currentAuth, hasScope, problemDetails } from '@portcullis/koa'
import Koa from 'koa'
import { forAUser } from './for-a-user.js'
import type { Journal } from './journal.js'
import { INVENTORY } from './registered-clients.js'
import type { ServiceOptions } from './service-options.js'

/** What an item costs, and how many are left. */
export interface Stock {
  readonly item: string
  readonly price: number
  readonly left: number
}

export interface InventoryOptions extends ServiceOptions {
  readonly journal: Journal
}

/** The service in Koa: it is called, and calls nobody. */
export function createInventory({ journal, ...trust }: InventoryOptions) {
  const stock = new Map<string, Stock>([['tea', { item: 'tea', price: 4, left: 1000 }]])

  const router = new Router()
    .get('/stock/:item', authorize(hasScope('stock:read')), (ctx) => {
      journal.write('inventory', `${ctx.method} ${ctx.path}`, currentAuth(ctx))
      ctx.body = stock.get(ctx.params.item ?? '')
    })
    .post('/reservations/:item', authorize(hasScope('stock:reserve'), forAUser), (ctx) => {
      journal.write('inventory', `${ctx.method} ${ctx.path}`, currentAuth(ctx))
      const found = stock.get(ctx.params.item ?? '')
      if (found === undefined || found.left === 0) return ctx.throw(409, 'Sold out')
      stock.set(found.item, { ...found, left: found.left - 1 })
      ctx.status = 201
      ctx.body = { reserved: found.item, for: currentAuth(ctx).subject }
    })

  const app = new Koa()
  app.use(problemDetails())
  app.use(authenticate({ ...trust, audience: INVENTORY, profile: 'at+jwt' }))
  app.use(router.routes())
  return app
}
