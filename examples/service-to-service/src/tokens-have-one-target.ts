import { askForToken } from './ask-for-token.js'
import { ask } from './ask.js'
import type { Chapter } from './chapter.js'
import { BILLING, INVENTORY } from './registered-clients.js'
import { signIn } from './users.js'

/** What a token is not good for: another service, another scope, a route that asks for a user. */
export const tokensHaveOneTarget: Chapter = async ({ issuer, inventory, billing, apiKey }, narrator) => {
  narrator.chapter('Each token is good for one service, and for the scope that it names')
  const tokenFor = async (audience: string, scope: string) => {
    const request = { client_id: 'orders', audience, scope }
    return (await askForToken(issuer.issuer, request, { 'x-api-key': apiKey().key })).token
  }
  const stock = await tokenFor(INVENTORY, 'stock:read')
  const invoices = await tokenFor(BILLING, 'invoices:write')
  const ada = await signIn(issuer, 'ada')

  await narrator.step(
    'mallory → inventory',
    'GET /stock/tea without a token',
    '401 credentials_missing',
    () => ask('GET', `${inventory.url}/stock/tea`),
  )
  await narrator.step(
    'ada → inventory',
    'GET /stock/tea with her token for orders',
    '401 audience_mismatch',
    () => ask('GET', `${inventory.url}/stock/tea`, ada),
  )
  await narrator.step(
    'orders → billing',
    'POST /invoices/tea with its token for inventory',
    '401 audience_mismatch',
    () => ask('POST', `${billing.url}/invoices/tea`, stock),
  )
  await narrator.step(
    'orders → inventory',
    'POST /reservations/tea with stock:read',
    '403 scope_insufficient',
    () => ask('POST', `${inventory.url}/reservations/tea`, stock),
  )
  await narrator.step(
    'orders → billing',
    'POST /invoices/tea with invoices:write, but for no user',
    '403 policy_refused',
    () => ask('POST', `${billing.url}/invoices/tea`, invoices),
  )
}
