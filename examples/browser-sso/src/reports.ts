import Router from '@koa/router'
import {
  authenticate,
  authorize,
  cookie,
  currentAuth,
  hasRole,
  hasScope,
  problemDetails,
} from '@portcullis/koa'
import { SHARED_ACCESS_COOKIE } from '@portcullis/session'
import Koa, { type Middleware } from 'koa'
import { ASSETS, pageHeaders } from './assets.js'
import { servicePage } from './pages.js'
import { whereToRenew, whoIs, type ServiceOptions } from './service-options.js'

/** The reports, on Koa. */
export function createReports({ issuer, places, revocation }: ServiceOptions) {
  let reports = 0
  const open = new Router()
  for (const [path, { type, body }] of ASSETS) {
    open.get(path, (ctx) => {
      ctx.type = type
      ctx.body = body
    })
  }

  const closed = new Router()
    .get('/', (ctx) => {
      ctx.set(pageHeaders(places))
      ctx.body = servicePage('reports', places)
    })
    .get('/me', (ctx) => {
      ctx.set('Cache-Control', 'no-store')
      ctx.body = whoIs(currentAuth(ctx))
    })
    .post('/reports', authorize(hasScope('reports:run')), (ctx) => {
      ctx.body = { done: `The report is made. Reports so far: ${++reports}` }
    })
    .post('/years', authorize(hasRole('admin')), (ctx) => {
      ctx.body = { done: 'The year is closed' }
    })

  const renew: Middleware = async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      const asked = { method: ctx.method, url: ctx.originalUrl, accept: ctx.get('Accept') }
      const target = whereToRenew(error, asked, 'reports', places)
      if (target === undefined) throw error
      ctx.set('Cache-Control', 'no-store')
      ctx.status = 303
      ctx.redirect(target)
    }
  }

  const app = new Koa()
  app.silent = true
  app.use(problemDetails())
  app.use(renew)
  app.use(open.routes())
  app.use(
    authenticate({
      issuer,
      audience: 'reports',
      credentials: cookie(SHARED_ACCESS_COOKIE),
      publicOrigin: places.services.reports,
      revocation,
    }),
  )
  app.use(closed.routes())
  return app
}
