import { inspect } from 'node:util'
import { createVerifier, localJwks } from '@portcullis/core'
import { decodeProtectedHeader } from 'jose'
import { memoryApiKeyStore, memoryKeyRingStore } from '@portcullis/issuer'
import { basic, ISSUER, json, NEW_SECRET, ORDERS_SECRET, post, SECRET, setUp } from './support/bench.ts'

// What the other files leave of the catalogue of attacks, by number; docs/issuer.md has all of them.
const grant = { grant_type: 'client_credentials', audience: 'inventory-api' }

test.each([
  ['an upper-case scheme', (value: string) => value.replace('Basic', 'BASIC'), 200],
  ['a lower-case scheme', (value: string) => value.replace('Basic', 'basic'), 200],
  ['the alphabet of URLs', (value: string) => value.replace(/.(=*)$/, '_$1'), 401],
  ['white space inside', (value: string) => `${value.slice(0, 12)} ${value.slice(12)}`, 401],
  ['two credentials with a comma', (value: string) => `${value}, ${value}`, 401],
])('attack 231: Basic with %s', async (_, change, status) => {
  const { authorization } = basic('orders', ORDERS_SECRET)
  const request = post('/token', grant, { authorization: change(authorization) })
  expect((await setUp().issuer.token(request)).status).toBe(status)
})

test.each([
  ['10,000 scopes', Array.from({ length: 10_000 }, () => 's').join(' ')],
  ['101 scopes that it may have', Array.from({ length: 101 }, () => 'stock:read').join(' ')],
  ['a space only', ' '],
  ['a letter outside of ASCII', 'stöck'],
  ['a backslash', 'a\\b'],
])('attack 243: %s', async (_, scope) => {
  const request = post('/token', { ...grant, scope }, basic('orders', ORDERS_SECRET))
  expect(await json(await setUp().issuer.token(request))).toMatchObject({ error: 'invalid_scope' })
})

test('attack 253: a refresh token opens no service', async () => {
  const { issuer, keyRing } = setUp()
  const { refreshToken = '' } = await issuer.signIn({ subject: 'alice', clientId: 'web' })
  const keys = localJwks(await keyRing.jwks())
  const verify = createVerifier({ issuer: ISSUER, audience: 'orders-api', keys })
  await expect(verify(refreshToken)).rejects.toMatchObject({ code: 'token_malformed' })
})

test.each(['https://evil.example.com', 'null', ISSUER])(
  'attack 256: a page of %s reads no answer of the token endpoint',
  async (origin) => {
    const { issuer } = setUp()
    const headers = { ...basic('orders', ORDERS_SECRET), origin }
    const preflight = new Request(`${ISSUER}/token`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    })
    for (const request of [post('/token', grant, headers), preflight]) {
      const names = [...(await issuer.handler(request)).headers.keys()]
      expect(names.filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  },
)

test('attack 264: an API key in the query or in the path is not looked at', async () => {
  const { issuer, apiKeys } = setUp()
  const { key } = await apiKeys.create({ clientId: 'keyed' })
  const inQuery = post(`/token?api_key=${key}`, grant, { 'x-api-key': key })
  expect((await issuer.handler(inQuery)).status).toBe(400)
  expect((await issuer.handler(post(`/token/${key}`, grant))).status).toBe(404)
})

test('attack 266: the header of a token holds an algorithm, a type and a thumbprint', async () => {
  const { issuer } = setUp()
  const { accessToken } = await issuer.signIn({ subject: 'alice@example.com', clientId: 'web' })
  const { alg, typ, kid, ...others } = decodeProtectedHeader(accessToken)
  expect([alg, typ, others]).toEqual(['ES256', 'at+jwt', {}])
  expect(kid).toMatch(/^[\w-]{43}$/)
})

test.each([
  '/clients',
  '/register',
  '/keys',
  '/rotate',
  '/api-keys',
  '/sign-in',
  '/token/',
  '//token',
  '/TOKEN',
])('attack 267: nothing is at %s, whoever asks', async (path) => {
  const { issuer } = setUp()
  const request = new Request(`${ISSUER}${path}`, {
    method: 'POST',
    headers: basic('orders', ORDERS_SECRET),
    body: new URLSearchParams(grant),
  })
  expect((await issuer.handler(request)).status).toBe(404)
})

test('attack 276: what prints an issuer, its keys or its refusals sees no secret', async () => {
  const { issuer, keyRing, apiKeys, events } = setUp()
  const { key } = await apiKeys.create({ clientId: 'keyed' })
  const { accessToken, refreshToken = '' } = await issuer.signIn({ subject: 'alice', clientId: 'web' })
  const refused = await issuer.token(post('/token', grant, basic('orders', `${ORDERS_SECRET}x`)))
  await issuer.token(
    post('/token', { grant_type: 'refresh_token', client_id: 'other+web', refresh_token: refreshToken }),
  )
  await issuer.token(post('/token', grant, { 'x-api-key': `${key}0` }))
  const printed = [
    inspect([issuer, keyRing, apiKeys, await keyRing.signingKey()], { depth: 20, showHidden: true }),
    JSON.stringify([await keyRing.signingKey(), await keyRing.jwks()]),
    inspect(events, { depth: 20 }),
    await refused.text(),
    inspect([memoryApiKeyStore(), memoryKeyRingStore()], { depth: 20, showHidden: true }),
  ].join('\n')
  const secrets = [SECRET, NEW_SECRET, ORDERS_SECRET, key, accessToken, refreshToken]
  for (const secret of secrets) expect(printed).not.toContain(secret)
  expect(printed).not.toMatch(/"d":|\bd: '|PRIVATE KEY|pkcs8/)
})
