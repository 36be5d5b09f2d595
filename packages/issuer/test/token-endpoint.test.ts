import { createVerifier, localJwks } from '@portcullis/core'
import { decodeJwt } from 'jose'
import { createTokenEndpoint } from '@portcullis/issuer'
import { basic, ISSUER, json, NEW_SECRET, ORDERS_SECRET, post, SECRET, setUp } from './support/bench.ts'

const credentials = basic('batch+job', SECRET)
const grant = { grant_type: 'client_credentials', audience: 'inventory-api' }

test('a client gets a token about itself, which a verifier takes', async () => {
  const { issuer, keyRing, clock, events } = setUp()
  const response = await issuer.token(post('/token', { ...grant, scope: 'stock:read' }, credentials))
  const { access_token: token, ...rest } = (await response.json()) as { access_token: string }
  expect(rest).toEqual({ token_type: 'Bearer', expires_in: 300, scope: 'stock:read' })
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('pragma')).toBe('no-cache')
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.has('access-control-allow-origin')).toBe(false)
  const keys = localJwks(await keyRing.jwks())
  const verify = createVerifier({ issuer: ISSUER, audience: 'inventory-api', profile: 'at+jwt', keys, clock })
  expect((await verify(token)).claims).toMatchObject({
    sub: 'batch+job',
    client_id: 'batch+job',
    scope: 'stock:read',
    roles: ['robot'],
    tenant: 'a',
  })
  expect(events).toEqual([{ kind: 'token_issued', clientId: 'batch+job', subject: 'batch+job' }])
})

test('what a client adds of its own changes nothing', async () => {
  const { issuer, clock } = setUp()
  const own = { username: 'alice', sub: 'alice', act: 'x', aud: 'x', iss: 'x', exp: '9', expires_in: '9999' }
  const { access_token: token } = await json(
    await issuer.token(post('/token', { ...grant, ...own }, credentials)),
  )
  expect(decodeJwt(token as string)).toMatchObject({
    sub: 'batch+job',
    iss: ISSUER,
    aud: 'inventory-api',
    exp: clock() + 300,
  })
})

const repeated = 'grant_type=client_credentials&audience=inventory-api'

test.each([
  ['a parameter twice', `${repeated}&audience=inventory-api`, 400, 'invalid_request'],
  ['the grant twice', `${repeated}&grant_type=client_credentials`, 400, 'invalid_request'],
  ['an escaped name twice', `${repeated}&%61udience=x`, 400, 'invalid_request'],
  ['a broken escape', `${repeated}&x=%zz`, 400, 'invalid_request'],
  ['bytes that are no UTF-8', `${repeated}&x=%ff`, 400, 'invalid_request'],
  ['a NUL', `${repeated}&x=%00`, 400, 'invalid_request'],
  [
    'too many parameters',
    `${repeated}&${Array.from({ length: 10_000 }, (_, i) => `p${i}=1`).join('&')}`,
    413,
    'invalid_request',
  ],
  [
    'a hundred parameters',
    `${repeated}&${Array.from({ length: 100 }, (_, i) => `p${i}=1`).join('&')}`,
    400,
    'invalid_request',
  ],
  ['a large body', `${repeated}&x=${'a'.repeat(70_000)}`, 413, 'invalid_request'],
  ['no grant', 'audience=inventory-api', 400, 'invalid_request'],
  ['a nested name for the grant', 'grant_type[a]=client_credentials', 400, 'invalid_request'],
  ['an empty grant', 'grant_type=', 400, 'invalid_request'],
  ['an unknown grant', 'grant_type=foo', 400, 'unsupported_grant_type'],
  ['the password grant', 'grant_type=password&username=a&password=b', 400, 'unsupported_grant_type'],
  ['__proto__ as the grant', 'grant_type=__proto__', 400, 'unsupported_grant_type'],
  ['a grant of others', 'grant_type=refresh_token&refresh_token=x', 400, 'unauthorized_client'],
  ['no audience where several are allowed', 'grant_type=client_credentials', 400, 'invalid_target'],
  ['an audience of others', 'grant_type=client_credentials&audience=orders-api', 400, 'invalid_target'],
  [
    'an inherited name as the audience',
    'grant_type=client_credentials&audience=constructor',
    400,
    'invalid_target',
  ],
  ['a relative resource', 'grant_type=client_credentials&resource=inventory-api', 400, 'invalid_target'],
  [
    'a resource with a fragment',
    'grant_type=client_credentials&resource=https%3A%2F%2Fbilling.example.com%2F%23a',
    400,
    'invalid_target',
  ],
  [
    'a resource and another audience',
    `${repeated}&resource=https%3A%2F%2Fbilling.example.com%2F`,
    400,
    'invalid_target',
  ],
  ['a scope of another audience', `${repeated}&scope=bills%3Awrite`, 400, 'invalid_scope'],
  ['one scope too many', `${repeated}&scope=stock%3Aread+admin`, 400, 'invalid_scope'],
  ['two spaces in the scope', `${repeated}&scope=stock%3Aread++stock%3Awrite`, 400, 'invalid_scope'],
  ['a quotation mark in the scope', `${repeated}&scope=%22`, 400, 'invalid_scope'],
  [
    'thousands of scopes',
    `${repeated}&scope=${'stock%3Aread+'.repeat(3000)}stock%3Aread`,
    400,
    'invalid_scope',
  ],
])('%s is refused', async (_, body, status, error) => {
  const answer = await json(await setUp().issuer.token(post('/token', body, credentials)))
  expect(answer).toMatchObject({ status, error, error_description: expect.any(String) })
})

test('parameters without a value are as good as none, and __proto__ is a parameter like others', async () => {
  const { issuer } = setUp()
  const body = `${repeated}&scope=&__proto__=x&resource=`
  expect(await json(await issuer.token(post('/token', body, credentials)))).toMatchObject({
    status: 200,
    scope: 'stock:read stock:write',
  })
})

test('a resource (RFC 8707) is an audience, and one audience needs no name', async () => {
  const { issuer } = setUp()
  const resource = { grant_type: 'client_credentials', resource: 'https://billing.example.com/' }
  const { access_token: token } = await json(await issuer.token(post('/token', resource, credentials)))
  expect(decodeJwt(token as string).aud).toBe('https://billing.example.com/')
  const only = await json(
    await issuer.token(post('/token', { grant_type: 'client_credentials' }, basic('orders', ORDERS_SECRET))),
  )
  expect(decodeJwt(only.access_token as string).aud).toBe('inventory-api')
})

test.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])(
  '%s is no method of the token endpoint',
  async (method) => {
    const response = await setUp().issuer.token(new Request(`${ISSUER}/token`, { method }))
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  },
)

test.each([
  ['JSON', { 'content-type': 'application/json' }],
  ['multipart', { 'content-type': 'multipart/form-data; boundary=x' }],
  ['another character set', { 'content-type': 'application/x-www-form-urlencoded; charset=utf-16' }],
  ['plain text', { 'content-type': 'text/plain' }],
  ['a compressed body', { 'content-encoding': 'gzip' }],
])('%s is refused', async (_, headers) => {
  const request = post('/token', grant, { ...credentials, ...headers })
  expect(await json(await setUp().issuer.token(request))).toMatchObject({
    status: 400,
    error: 'invalid_request',
  })
})

test('credentials in the query are refused, right or wrong', async () => {
  const request = post(`/token?client_id=batch%2Bjob&client_secret=${SECRET}`, grant)
  expect(await json(await setUp().issuer.token(request))).toMatchObject({
    status: 400,
    error: 'invalid_request',
  })
})

test('a body that never ends is cut off while it arrives', async () => {
  let sent = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1024
      controller.enqueue(new Uint8Array(1024).fill(97))
    },
  })
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const endless = { method: 'POST', body, headers, duplex: 'half' } as RequestInit
  const answer = await setUp().issuer.token(new Request(`${ISSUER}/token`, endless))
  expect(answer.status).toBe(413)
  expect(sent).toBeLessThan(100_000)
})

test('a secret that has expired is refused, and the one that replaces it serves', async () => {
  const { issuer, clock } = setUp()
  clock.advance(1000)
  expect((await issuer.token(post('/token', grant, credentials))).status).toBe(401)
  expect((await issuer.token(post('/token', grant, basic('batch+job', NEW_SECRET)))).status).toBe(200)
})

test('an outage of a store is 503, and lets nobody in', async () => {
  const clients = { find: () => Promise.reject(new Error('down')) }
  const { issuer, events } = setUp({ clients })
  const response = await issuer.token(post('/token', grant, credentials))
  expect(response.headers.get('retry-after')).toBe('5')
  expect(await json(response)).toMatchObject({ status: 503, error: 'temporarily_unavailable' })
  expect(events).toMatchObject([{ kind: 'failure', cause: { message: 'down' } }])
})

test("paths that are not the issuer's are 404, and the token endpoint can stand alone", async () => {
  const { issuer, clients, keyRing, clock } = setUp()
  for (const path of ['/', '/token/', '/admin', '/tokens', '/.well-known/openid-configuration']) {
    expect((await issuer.handler(post(path, grant, credentials))).status).toBe(404)
  }
  const token = createTokenEndpoint({ issuer: ISSUER, clients, keyRing, clock })
  expect((await token(post('/anywhere', grant, credentials))).status).toBe(200)
})
