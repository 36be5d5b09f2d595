import { authenticate, authorize, currentAuth, hasScope, problemDetails } from '@portcullis/express'
import express, { type ErrorRequestHandler } from 'express'
import { askPeer, PeerError } from './ask-peer.js'
import type { Invoice } from './billing.js'
import type { Stock } from './inventory.js'
import type { PeersOfOrders } from './peers-of-orders.js'
import { ORDERS } from './registered-clients.js'
import type { ServiceOptions } from './service-options.js'

export interface OrdersOptions extends ServiceOptions {
  /** Asked for each request, so that a new API key counts at once. */
  readonly peers: () => PeersOfOrders
}

/** The service in Express, which users call: it calls the others for itself, or for a user. */
export function createOrders({ peers, ...trust }: OrdersOptions) {
  const app = express()
  app.use(authenticate({ ...trust, audience: ORDERS, profile: 'at+jwt' }))

  app.get('/availability/:item', authorize(hasScope('orders:read')), async (req, res) => {
    const { inventory, readStock } = peers()
    const { item, left } = await askPeer<Stock>(readStock, 'GET', `${inventory}/stock/${req.params.item}`)
    res.json({ item, available: left > 0 })
  })

  app.post('/orders/:item', authorize(hasScope('orders:write')), async (req, res) => {
    const user = currentAuth(req)
    const { item } = req.params
    const { inventory, billing, reserveStock, writeInvoice } = peers()
    await askPeer(reserveStock.onBehalfOf(user.token), 'POST', `${inventory}/reservations/${item}`)
    const invoice = await askPeer<Invoice>(
      writeInvoice.onBehalfOf(user.token),
      'POST',
      `${billing}/invoices/${item}`,
    )
    res.status(201).json({ ordered: item, invoice })
  })

  app.use(problemDetails())
  app.use(peerProblem)
  return app
}

const peerProblem: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (error instanceof PeerError) res.status(error.statusCode).json({ code: error.code })
  else next(error)
}
