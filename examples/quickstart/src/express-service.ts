import { authenticate, authorize, currentAuth, hasRole, hasScope, problemDetails } from '@portcullis/express'
import express from 'express'
import type { ServiceOptions } from './service-options.js'

export function createExpressApp(options: ServiceOptions) {
  const app = express()
  app.get('/health', (_req, res) => {
    res.json({ healthy: true })
  })

  app.use(authenticate(options))

  app.get('/orders', authorize(hasScope('orders:read')), (req, res) => {
    res.json({ orders: ['7', '8'], for: currentAuth(req).subject })
  })
  app.delete('/orders/:id', authorize(hasRole('admin')), (req, res) => {
    res.json({ removed: req.params.id, by: currentAuth(req).subject })
  })

  app.use(problemDetails())
  return app
}
