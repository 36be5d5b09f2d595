import { askForExchange } from '../src/ask-for-token.js'
import { BILLING } from '../src/registered-clients.js'
import { startSystem, type System } from '../src/system.js'
import { signIn } from '../src/users.js'

let system: System
beforeEach(async () => {
  system = await startSystem()
})
afterEach(() => system.stop())

const LIFETIME = 300
const post = (url: string, token: string) =>
  fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` } })

/** The service lets the token in, by its tolerance; the issuer does not exchange it. */
async function expectExpired(answer: Response): Promise<void> {
  expect(answer.status).toBe(401)
  expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"')
  expect(await answer.json()).toMatchObject({ code: 'token_expired' })
}

test('in Express, a user whose token has ended is told so, while verifiers still tolerate it', async () => {
  const ada = await signIn(system.issuer, 'ada')
  system.clock.pass(LIFETIME + 2)
  await expectExpired(await post(`${system.orders.url}/orders/tea`, ada))
})

test('in Nest as well, one service further', async () => {
  const ada = await signIn(system.issuer, 'ada')
  const request = {
    client_id: 'orders',
    subject_token: ada,
    audience: BILLING,
    scope: 'invoices:write stock:read',
  }
  const { token } = await askForExchange(system.issuer.issuer, request, { 'x-api-key': system.apiKey().key })
  system.clock.pass(LIFETIME + 2)
  await expectExpired(await post(`${system.billing.url}/invoices/tea`, token))
})
