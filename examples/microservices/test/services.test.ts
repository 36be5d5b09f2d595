import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { ask, inShort } from '../src/ask.js'
import { PEOPLE } from '../src/people.js'
import { SESSIONS_END } from '../src/scopes.js'
import { signIn, signOut, tryToSignIn, type Session } from '../src/sessions.js'
import { startInOneProcess } from '../src/one-process.js'
import type { System } from '../src/system.js'

let system: System
beforeAll(async () => {
  system = await startInOneProcess()
}, 60_000)
afterAll(() => system.stop())

const placeOrder = ({ accessToken: token }: Session) =>
  ask(`${system.addresses.gateway}/orders`, { method: 'POST', token, json: { item: 'tea', quantity: 3 } })

const teaLeft = async () => {
  const { body } = await ask(`${system.addresses.gateway}/catalog/items`)
  return (body.items as { id: string; quantity: number }[]).find(({ id }) => id === 'tea')?.quantity
}

/** fetch would tidy the path up before it is sent. */
const askRaw = (url: string, path: string, token: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const headers = { authorization: `Bearer ${token}` }
    request({ hostname, port, path, headers, agent: false }, (response) => {
      void text(response).then(() => {
        resolve(response.statusCode)
      })
    })
      .once('error', reject)
      .end()
  })

test('a wrong name, a wrong password and a suspended person get the same answer, and a malformed one 400', async () => {
  const { accessToken: token } = await signIn(system, 'max')
  await ask(`${system.addresses.identity}/people/dave/suspension`, { method: 'POST', token })

  const answers = await Promise.all([
    tryToSignIn(system, 'mallory', 'guess'),
    tryToSignIn(system, 'carol', 'guess'),
    tryToSignIn(system, 'dave', PEOPLE.dave.password),
    tryToSignIn(system, 'toString', 'guess'),
  ])

  expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
    new Set(['{"status":401,"body":{"code":"name_or_password_wrong"}}']),
  )
  expect(await tryToSignIn(system, 'carol', 'x'.repeat(257))).toMatchObject({ status: 400 })
  const url = `${system.addresses.identity}/sign-in`
  const nested = { name: { name: 'carol' }, password: PEOPLE.carol.password }
  expect(inShort(await ask(url, { method: 'POST', json: nested }))).toBe('400 request_invalid')
  expect(inShort(await ask(url, { method: 'POST', json: 'x'.repeat(5000) }))).toBe('413 request_invalid')
})

test('what identity and services say to each other has no way through the gateway', async () => {
  const { gateway } = system.addresses
  const { accessToken } = await signIn(system, 'max')
  const { token } = await system.signers.identity.sign({
    subject: 'identity',
    clientId: 'identity',
    audience: ['gateway', 'catalog', 'orders', 'billing'],
    scope: [SESSIONS_END],
  })

  for (const path of ['/jwks', '/session-ends', '/identity/people/dave/suspension', '/']) {
    expect([path, await askRaw(gateway, path, accessToken)]).toEqual([path, 404])
  }
  for (const path of [
    '/orders/../jwks',
    '/orders/%2e%2e/jwks',
    '/orders/./../session-ends',
    '//orders/jwks',
  ]) {
    expect([path, await askRaw(gateway, path, token)]).toEqual([path, 404])
  }
})

test('a notice of a session that ends is believed of identity alone, and in its form only', async () => {
  const { catalog, orders, billing, gateway } = system.addresses
  const max = await signIn(system, 'max')
  for (const url of [gateway, catalog, orders, billing]) {
    const end = (token: string | undefined, json: unknown) =>
      ask(`${url}/session-ends`, { method: 'POST', token, json })
    const { token } = await system.signers.identity.sign({
      subject: 'identity',
      clientId: 'identity',
      audience: ['gateway', 'catalog', 'orders', 'billing'],
      scope: [SESSIONS_END],
    })
    expect((await end(undefined, { subject: 'p-104' })).status).toBe(401)
    expect(inShort(await end(max.accessToken, { subject: 'p-104' }))).toMatch(/^403/)
    for (const notice of [{}, { session: '' }, { subject: 5 }, { session: 'a', subject: 'b' }]) {
      expect((await end(token, notice)).status).toBe(400)
    }
  }
  expect((await ask(`${gateway}/orders`, { token: max.accessToken })).status).toBe(200)
})

test('a sign-out that one service does not learn of is answered with 503 and names it, and is asked for again', async () => {
  const clara = await signIn(system, 'clara')
  system.setReachable('billing', false)
  expect(await signOut(system, clara)).toEqual({
    status: 503,
    body: { told: ['gateway', 'catalog', 'orders'], untold: ['billing'] },
  })
  expect(inShort(await ask(`${system.addresses.orders}/orders`, { token: clara.accessToken }))).toBe(
    '401 token_revoked',
  )

  system.setReachable('billing', true)
  expect(await signOut(system, clara)).toMatchObject({ status: 200, body: { untold: [] } })
  expect(
    inShort(await ask(`${system.addresses.billing}/billing/payments`, { token: clara.accessToken })),
  ).toBe('401 token_revoked')
})

test('an order that cannot be charged gives back what it has taken, and a service that is away is 502', async () => {
  const logged = jest.spyOn(console, 'error').mockReturnValue()
  const carol = await signIn(system, 'carol')
  system.setReachable('billing', false)
  expect((await placeOrder(carol)).status).toBe(502)
  expect(await teaLeft()).toBe(10)

  system.setReachable('catalog', false)
  expect((await placeOrder(carol)).status).toBe(502)
  expect(inShort(await ask(`${system.addresses.gateway}/catalog/items`))).toBe('502 service_unavailable')

  system.setReachable('billing', true)
  system.setReachable('catalog', true)
  expect((await placeOrder(carol)).status).toBe(201)
  expect(await teaLeft()).toBe(7)
  expect(logged.mock.calls.map(([text]) => /BadGatewayError/.test(String(text)))).toEqual([true, true])
  logged.mockRestore()
})

test('of 20 guesses at once five are looked at, and the right password is held up as well', async () => {
  const guesses = Array.from({ length: 20 }, () => tryToSignIn(system, 'carol', 'guess'))
  const statuses = (await Promise.all(guesses)).map(({ status }) => status)

  expect(statuses.filter((status) => status === 401)).toHaveLength(5)
  expect(statuses.filter((status) => status === 429)).toHaveLength(15)
  expect(inShort(await tryToSignIn(system, 'carol', PEOPLE.carol.password))).toBe('429 too_many_attempts')
  expect(inShort(await tryToSignIn(system, 'clara', PEOPLE.clara.password))).toBe('200')
})
