import Router from '@koa/router'
import { authenticate, authorize, currentAuth, hasRole, hasScope, problemDetails } from '@portcullis/koa'
import Koa from 'koa'
import type { ServiceOptions } from './service-options.js'

export function createKoaApp(options: ServiceOptions) {
  const open = new Router().get('/health', (ctx) => {
    ctx.body = { healthy: true }
  })

  const orders = new Router()
    .get('/orders', authorize(hasScope('orders:read')), (ctx) => {
      ctx.body = { orders: ['7', '8'], for: currentAuth(ctx).subject }
    })
    .delete('/orders/:id', authorize(hasRole('admin')), (ctx) => {
      ctx.body = { removed: ctx.params.id, by: currentAuth(ctx).subject }
    })

  const app = new Koa()
  app.use(problemDetails())
  app.use(open.routes())
  app.use(authenticate(options))
  app.use(orders.routes())
  return app
}
