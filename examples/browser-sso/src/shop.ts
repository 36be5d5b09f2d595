import {
  authenticate,
  authorize,
  cookie,
  currentAuth,
  hasRole,
  hasScope,
  problemDetails,
} from '@portcullis/express'
import { SHARED_ACCESS_COOKIE } from '@portcullis/session'
import express, { type ErrorRequestHandler } from 'express'
import { ASSETS, pageHeaders } from './assets.js'
import { servicePage } from './pages.js'
import { whereToRenew, whoIs, type ServiceOptions } from './service-options.js'

/** The shop, on Express. */
export function createShop({ issuer, places, revocation }: ServiceOptions) {
  let orders = 0
  const app = express()
  for (const [path, { type, body }] of ASSETS) {
    app.get(path, (_req, res) => void res.type(type).send(body))
  }

  app.use(
    authenticate({
      issuer,
      audience: 'shop',
      credentials: cookie(SHARED_ACCESS_COOKIE),
      publicOrigin: places.services.shop,
      revocation,
    }),
  )

  app.get('/', (_req, res) => void res.set(pageHeaders(places)).send(servicePage('shop', places)))
  app.get('/me', (req, res) => void res.set('Cache-Control', 'no-store').json(whoIs(currentAuth(req))))
  app.post('/orders', authorize(hasScope('orders:write')), (_req, res) => {
    res.json({ done: `Tea is ordered. Orders so far: ${++orders}` })
  })
  app.delete('/orders', authorize(hasRole('admin')), (_req, res) => {
    orders = 0
    res.json({ done: 'All orders are deleted' })
  })

  const renew: ErrorRequestHandler = (error, req, res, next) => {
    const asked = { method: req.method, url: req.originalUrl, accept: req.headers.accept ?? '' }
    const target = whereToRenew(error, asked, 'shop', places)
    if (target === undefined) next(error)
    else res.set('Cache-Control', 'no-store').redirect(303, target)
  }
  app.use(renew, problemDetails())
  return app
}
