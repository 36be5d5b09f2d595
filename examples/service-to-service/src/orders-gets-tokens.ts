import { askForToken } from './ask-for-token.js'
import { ask } from './ask.js'
import type { Chapter } from './chapter.js'
import { INVENTORY } from './registered-clients.js'
import { signIn } from './users.js'

const AT_ONCE = 20

/** An API key becomes tokens, and one token serves many requests. */
export const ordersGetsTokens: Chapter = async ({ issuer, orders, journal, apiKey }, narrator) => {
  narrator.chapter('orders has an API key, and gets tokens for itself')
  const bob = await signIn(issuer, 'bob')
  const availability = () => ask('GET', `${orders.url}/availability/tea`, bob)

  await narrator.step('bob → orders', 'GET /availability/tea with orders:read', '200', availability)
  narrator.calls(journal.read(), [['orders → inventory', 'GET /stock/tea with stock:read', 'for itself']])
  await narrator.step(
    'bob → orders',
    `the same ${AT_ONCE} times at once`,
    `${AT_ONCE} times 200`,
    async () => {
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, availability))
      return `${answers.filter((answer) => answer === '200').length} times 200`
    },
  )
  await narrator.step('orders → issuer', `tokens asked for, for these ${AT_ONCE + 1} requests`, '1', () =>
    Promise.resolve(String(issuer.issued.get('orders'))),
  )
  journal.read()

  const refused = (what: string, expected: string, parameters: Record<string, string>) =>
    narrator.step('orders → issuer', what, expected, async () => {
      const headers = { 'x-api-key': apiKey().key }
      return (await askForToken(issuer.issuer, { client_id: 'orders', ...parameters }, headers)).answer
    })
  await refused(`stock:count for ${INVENTORY}, for which its key was not made`, '400 invalid_scope', {
    audience: INVENTORY,
    scope: 'stock:count',
  })
  await refused('a token for payroll-api, which it has nothing to do with', '400 invalid_target', {
    audience: 'payroll-api',
  })
}
