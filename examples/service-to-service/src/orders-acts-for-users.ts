import { askForExchange } from './ask-for-token.js'
import { ask } from './ask.js'
import type { Chapter } from './chapter.js'
import { BILLING, INVENTORY } from './registered-clients.js'
import { signIn } from './users.js'

/** Token exchange: each service on the way gets a token for the next one, about the user, and for nothing more. */
export const ordersActsForUsers: Chapter = async (system, narrator) => {
  narrator.chapter('For a user, each service gets a narrower token, which says who acts for whom')
  const { issuer, orders, journal, clock } = system
  const ada = await signIn(issuer, 'ada')
  const bob = await signIn(issuer, 'bob')
  const order = (token: string) => () => ask('POST', `${orders.url}/orders/tea`, token)
  journal.read()

  await narrator.step('ada → orders', 'POST /orders/tea with all that she may', '201', order(ada))
  narrator.calls(journal.read(), [
    ['orders → inventory', 'POST /reservations/tea with stock:reserve', 'orders for ada'],
    ['orders → billing', 'POST /invoices/tea with invoices:write stock:read', 'orders for ada'],
    ['billing → inventory', 'GET /stock/tea with stock:read', 'billing for orders for ada'],
  ])
  await narrator.step(
    'bob → orders',
    'POST /orders/tea with orders:read',
    '403 scope_insufficient',
    order(bob),
  )
  narrator.calls(journal.read(), [])

  const asOrders = { client_id: 'orders', subject_token: ada }
  const apiKey = { 'x-api-key': system.apiKey().key }
  await narrator.step('orders → issuer', "bob's token, for invoices:write", '400 invalid_scope', async () => {
    const request = { ...asOrders, subject_token: bob, audience: BILLING, scope: 'invoices:write' }
    return (await askForExchange(issuer.issuer, request, apiKey)).answer
  })
  await narrator.step(
    'billing → issuer',
    "ada's token, which she gave to orders",
    '400 invalid_request',
    async () => {
      const headers = { authorization: `Basic ${btoa(`billing:${issuer.billingSecret}`)}` }
      const request = { subject_token: ada, audience: INVENTORY }
      return (await askForExchange(issuer.issuer, request, headers)).answer
    },
  )
  clock.pass(200)
  await narrator.step(
    'orders → issuer',
    "ada's token, 200 s later: the new one lives for no longer",
    'at most 100 s',
    async () => {
      const request = { ...asOrders, audience: INVENTORY, scope: 'stock:reserve' }
      const { answer, expiresIn } = await askForExchange(issuer.issuer, request, apiKey)
      return expiresIn > 0 && expiresIn <= 100 ? 'at most 100 s' : `${answer}, ${expiresIn} s`
    },
  )
  clock.pass(110)
  await narrator.step('ada → orders', 'POST /orders/tea, 110 s after that', '401 token_expired', order(ada))
}
