import { createAuthenticator, nodeRequest, type AuthError } from '@portcullis/core'
import { authorizedFetch } from '@portcullis/client'
import { setUp, type Bench } from './support/bench.ts'
import { start, type Started } from '../../../test/support/start.ts'

let bench: Bench
let inventory: Started
const seen: string[] = []

beforeAll(async () => {
  bench = await setUp()
  const authenticate = createAuthenticator({
    issuer: bench.url,
    audience: 'inventory-api',
    profile: 'at+jwt',
    clock: bench.clock,
  })
  inventory = await start((url) => (request, response) => {
    seen.push(`${request.method} ${request.url}`)
    authenticate(nodeRequest(request, () => url + (request.url ?? ''))).then(
      ({ subject, claims }) => response.end(JSON.stringify({ subject, act: claims.act })),
      (error: unknown) => {
        const { status, headers } = error as AuthError
        response.writeHead(status, headers).end()
      },
    )
  })
})
afterAll(async () => {
  await inventory.close()
  await bench.close()
})

test('a request carries the token of the service', async () => {
  const call = authorizedFetch(bench.source(), { origins: [inventory.url] })
  const response = await call(`${inventory.url}/stock`)
  expect(await response.json()).toEqual({ subject: 'orders:service' })
})

test('a request on behalf of a user carries a token about the user, in which the service acts', async () => {
  const { accessToken } = await bench.issuer.signIn({
    subject: 'alice',
    clientId: 'app',
    audience: 'orders-api',
  })
  const call = authorizedFetch(bench.source(), { origins: [inventory.url] })
  const response = await call.onBehalfOf(accessToken)(`${inventory.url}/stock`)
  expect(await response.json()).toEqual({ subject: 'alice', act: { sub: 'orders:service' } })
})

test('a request to another origin is not sent', async () => {
  const before = seen.length
  const call = authorizedFetch(bench.source(), { origins: ['https://inventory.example.com'] })
  await expect(call(`${inventory.url}/stock`)).rejects.toMatchObject({ code: 'origin_not_allowed' })
  expect(seen).toHaveLength(before)
})
