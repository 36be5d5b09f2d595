import { authenticate, hasPermission, hasScope, problemDetails } from '@portcullis/express'
import express, { type Express } from 'express'
import { z } from 'zod'
import { authorizedJson } from './authorized-json.js'
import { jsonErrors } from './json-errors.js'
import { STOCK_RESERVE } from './scopes.js'
import type { ServiceContext } from './service-context.js'
import { endSession, toldByIdentity } from './session-ends.js'
import { createStock } from './stock.js'
import { trust } from './trust.js'

const QUANTITY = z.strictObject({ quantity: z.int().min(0).max(1000) })
const RESERVATION = z.strictObject({ order: z.string().min(1).max(64), quantity: z.int().min(1).max(1000) })

/** In Express: what there is to buy, for everybody; how much there is, for those who may change it. */
export async function createCatalogService(context: ServiceContext): Promise<Express> {
  const stock = await createStock(context.state)
  const app = express()
  app.get('/catalog/items', async (_req, res) => {
    res.json({ items: await stock.items() })
  })

  app.use(authenticate(trust('catalog', context, STOCK_RESERVE)))

  app.put(
    '/catalog/items/:id/stock',
    ...authorizedJson([hasPermission('stock:adjust')]),
    async (req, res) => {
      const { success, data } = QUANTITY.safeParse(req.body)
      if (!success) return void res.status(400).json({ code: 'request_invalid' })
      const item = await stock.set(String(req.params.id), data.quantity)
      res.status(item === undefined ? 404 : 200).json(item ?? { code: 'item_unknown' })
    },
  )

  const forOrders = authorizedJson([hasScope(STOCK_RESERVE)])
  app.post('/catalog/items/:id/reservations', ...forOrders, async (req, res) => {
    const { success, data } = RESERVATION.safeParse(req.body)
    if (!success) return void res.status(400).json({ code: 'request_invalid' })
    const reservation = await stock.reserve(data.order, String(req.params.id), data.quantity)
    res.status(reservation === undefined ? 409 : 201).json(reservation ?? { code: 'stock_insufficient' })
  })
  app.delete('/catalog/items/:id/reservations/:order', ...forOrders, async (req, res) => {
    await stock.release(String(req.params.order), String(req.params.id))
    res.status(204).end()
  })

  app.post('/session-ends', ...authorizedJson(toldByIdentity(context)), async (req, res) => {
    res.status((await endSession(context, req.body)) ? 204 : 400).end()
  })
  app.use(problemDetails(), jsonErrors)
  return app
}
