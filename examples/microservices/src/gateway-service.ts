import { authenticate, problemDetails } from '@portcullis/express'
import express, { type Express, type RequestHandler } from 'express'
import { createProxyServer } from 'httpxy'
import { jsonErrors } from './json-errors.js'
import type { ServiceContext } from './service-context.js'
import { endSession, toldByIdentity } from './session-ends.js'
import { authorizedJson } from './authorized-json.js'
import { trust } from './trust.js'

/** Whose paths begin with these. What identity and services say to each other has no way through. */
const UPSTREAMS = ['catalog', 'orders', 'billing'] as const

/**
 * The only door for people. It lets nobody in without a token of identity, and passes the token on: each service
 * behind it verifies it once more, and decides by itself.
 */
export function createGatewayService(context: ServiceContext): Express {
  const app = express()
  const passOn = proxyTo(context)
  app.get('/catalog/items', passOn)
  app.use(authenticate(trust('gateway', context)))
  app.post('/session-ends', ...authorizedJson(toldByIdentity(context)), async (req, res) => {
    res.status((await endSession(context, req.body)) ? 204 : 400).end()
  })
  app.use(passOn)
  app.use(problemDetails(), jsonErrors)
  return app
}

function proxyTo({ addresses }: ServiceContext): RequestHandler {
  const proxy = createProxyServer({ changeOrigin: true, proxyTimeout: 10_000 })
  return (req, res) => {
    // The service gets the path that was looked at, without dots that lead elsewhere.
    const { pathname, search } = new URL(req.originalUrl, 'http://gateway')
    const upstream = UPSTREAMS.find((name) => pathname.split('/')[1] === name)
    if (upstream === undefined) {
      res.status(404).json({ code: 'not_found' })
      return
    }
    req.url = pathname + search
    proxy.web(req, res, { target: addresses[upstream] }).catch(() => {
      if (res.headersSent) res.destroy()
      else res.status(502).json({ code: 'service_unavailable' })
    })
  }
}
