import { SignJWT } from 'jose'
import { createClientSecret, staticClients, type Client } from '@portcullis/issuer'
import { assertionKey, basic, ISSUER, json, ORDERS_SECRET, post, SECRET, setUp } from './support/bench.ts'

const grant = { grant_type: 'client_credentials', audience: 'inventory-api' }
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const raw = (text: string) => ({ authorization: text })

test('the secret goes in the header, or in the body', async () => {
  const { issuer } = setUp()
  const inBody = { ...grant, client_id: 'batch+job', client_secret: SECRET }
  expect((await issuer.token(post('/token', inBody))).status).toBe(200)
  const lower = { authorization: basic('batch+job', SECRET).authorization.replace('Basic', 'bAsIc') }
  expect((await issuer.token(post('/token', { ...grant, client_id: 'batch+job' }, lower))).status).toBe(200)
})

test.each([
  ['no credential', {}, {}, 401, 'invalid_client'],
  ['an unknown client', {}, basic('nobody', SECRET), 401, 'invalid_client'],
  ['a wrong secret', {}, basic('batch+job', 'wrong'), 401, 'invalid_client'],
  ['an empty secret', {}, basic('batch+job', ''), 401, 'invalid_client'],
  ['an id that is not form-encoded', {}, raw(`Basic ${btoa(`batch+job:${SECRET}`)}`), 401, 'invalid_client'],
  ['no colon', {}, raw(`Basic ${btoa('batch+job')}`), 401, 'invalid_client'],
  ['no base64', {}, raw('Basic ****'), 401, 'invalid_client'],
  ['a broken escape', {}, raw(`Basic ${btoa(`a%zz:${SECRET}`)}`), 401, 'invalid_client'],
  ['a NUL', {}, raw(`Basic ${btoa(`batch%2Bjob%00:${SECRET}`)}`), 401, 'invalid_client'],
  ['another scheme', {}, raw(`Bearer ${SECRET}`), 401, 'invalid_client'],
  ['two secrets', { client_secret: SECRET }, basic('batch+job', SECRET), 400, 'invalid_request'],
  [
    'a secret and an assertion',
    { client_assertion: 'a.b.c' },
    basic('batch+job', SECRET),
    400,
    'invalid_request',
  ],
  [
    'a secret and an API key',
    {},
    { ...basic('batch+job', SECRET), 'x-api-key': 'a' },
    400,
    'invalid_request',
  ],
  ['another client_id', { client_id: 'orders' }, basic('batch+job', SECRET), 400, 'invalid_request'],
  ['the id alone', { client_id: 'batch+job' }, {}, 401, 'invalid_client'],
  ['a secret for a client with a key', {}, basic('signer', SECRET), 401, 'invalid_client'],
  ['the id alone, of a client with a key', { client_id: 'signer' }, {}, 401, 'invalid_client'],
  ['a secret for a public client', {}, basic('web', SECRET), 401, 'invalid_client'],
] as const)('%s is refused', async (_, form, headers, status, error) => {
  const response = await setUp().issuer.token(post('/token', { ...grant, ...form }, headers))
  const challenged = status === 401 && 'authorization' in headers
  expect(response.headers.get('www-authenticate')).toBe(
    challenged ? 'Basic realm="token endpoint", charset="UTF-8"' : null,
  )
  expect(await json(response)).toMatchObject({ status, error })
})

test('an unknown client and a wrong secret get the same answer', async () => {
  const { issuer } = setUp()
  const shown = async (id: string) => {
    const response = await issuer.token(post('/token', grant, basic(id, 'wrong')))
    return [response.status, [...response.headers], await response.text()]
  }
  expect(await shown('nobody')).toEqual(await shown('batch+job'))
  expect(await shown('signer')).toEqual(await shown('batch+job'))
})

describe('private_key_jwt', () => {
  const assertion = (now: number, claims: object = {}, header: object = {}, key = assertionKey.privateKey) =>
    new SignJWT({ iss: 'signer', sub: 'signer', aud: ISSUER, jti: 'one', exp: now + 60, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'one', ...header })
      .sign(key)
  const form = (client_assertion: string) => ({
    grant_type: 'client_credentials',
    client_assertion_type: ASSERTION_TYPE,
    client_assertion,
  })

  test.each([{}, { typ: 'JWT' }, { typ: 'client-authentication+jwt' }])(
    '%j is taken, once',
    async (header) => {
      const { issuer, clock } = setUp()
      const request = () => assertion(clock(), {}, header).then((text) => post('/token', form(text)))
      expect((await issuer.token(await request())).status).toBe(200)
      expect(await json(await issuer.token(await request()))).toMatchObject({ error: 'invalid_client' })
    },
  )

  test.each([
    ['the endpoint as the audience', { aud: `${ISSUER}/token` }, {}],
    ['a list of audiences', { aud: [ISSUER] }, {}],
    ['another audience', { aud: 'https://other.example.com' }, {}],
    ['no audience', { aud: undefined }, {}],
    ['another issuer', { iss: 'orders' }, {}],
    ['another client', { sub: 'orders' }, {}],
    ['no id', { jti: undefined }, {}],
    ['an id that is a number', { jti: 5 }, {}],
    ['an endless id', { jti: 'x'.repeat(257) }, {}],
    ['no end', { exp: undefined }, {}],
    ['an end that is past', { exp: 1_799_999_990 }, {}],
    ['an end that is far', { exp: 1_800_000_000 + 3600 }, {}],
    ['an access token', {}, { typ: 'at+jwt' }],
    ['a DPoP proof', {}, { typ: 'dpop+jwt' }],
    ['a key of its own', {}, { kid: 'other', jwk: assertionKey.publicKey.export({ format: 'jwk' }) }],
  ])('%s is refused', async (_, claims, header) => {
    const { issuer, clock } = setUp()
    const request = post('/token', form(await assertion(clock(), claims, header)))
    expect(await json(await issuer.token(request))).toMatchObject({ status: 401, error: 'invalid_client' })
  })

  test('garbage, the wrong type and a failing replay store are refused', async () => {
    const { issuer, clock } = setUp()
    const text = await assertion(clock())
    for (const wrong of ['', 'a', 'a.b.c', `${text}x`, text.slice(0, -2), `${text}${'.a'.repeat(9000)}`]) {
      const answer = await issuer.token(post('/token', { ...form(wrong), client_assertion: wrong || 'x' }))
      expect(answer.status).toBe(401)
    }
    const untyped = { grant_type: 'client_credentials', client_assertion: text }
    expect((await issuer.token(post('/token', untyped))).status).toBe(400)
    const broken = setUp({ replay: { claim: () => Promise.reject(new Error('down')) } })
    const answer = await broken.issuer.token(post('/token', form(text)))
    expect(answer.status).toBe(503)
  })
})

describe('API keys', () => {
  const form = { grant_type: 'client_credentials' }

  test('are taken in a header of their own and where a secret would be, and limit the scope', async () => {
    const { issuer, apiKeys } = setUp()
    const { key } = await apiKeys.create({ clientId: 'keyed', scope: ['stock:read', 'other'] })
    const limited = { status: 200, scope: 'stock:read' }
    expect(await json(await issuer.token(post('/token', form, { 'x-api-key': key })))).toMatchObject(limited)
    expect(await json(await issuer.token(post('/token', form, basic('keyed', key))))).toMatchObject(limited)
    const more = { ...form, scope: 'stock:write' }
    expect(await json(await issuer.token(post('/token', more, { 'x-api-key': key })))).toMatchObject({
      error: 'invalid_scope',
    })
  })

  test("are refused when they are revoked, expired, damaged or another client's", async () => {
    const { issuer, apiKeys, clock } = setUp()
    const status = async (headers: Record<string, string>) =>
      (await issuer.token(post('/token', form, headers))).status
    const [one, other] = [
      await apiKeys.create({ clientId: 'keyed' }),
      await apiKeys.create({ clientId: 'keyed' }),
    ]
    const misplaced = await apiKeys.create({ clientId: 'orders' })
    expect(await status({ 'x-api-key': one.key })).toBe(200)
    await apiKeys.revoke(one.id)
    expect(await status({ 'x-api-key': one.key })).toBe(401)
    expect(await status({ 'x-api-key': `${other.key}0` })).toBe(401)
    expect(await status({ 'x-api-key': misplaced.key })).toBe(401)
    expect(await status(basic('orders', other.key))).toBe(401)
    expect(await status({ authorization: `Bearer ${other.key}` })).toBe(401)
    clock.advance(31_536_001)
    expect(await status({ 'x-api-key': other.key })).toBe(401)
  })
})

describe('failed attempts', () => {
  const limits = { attempts: { perClient: 3, perAddress: 8 } }
  const wrong = () => post('/token', grant, basic('batch+job', 'wrong'))
  const right = () => post('/token', grant, basic('batch+job', SECRET))

  test('end in 429 for the address they come from, and lock nobody out elsewhere', async () => {
    const { issuer } = setUp(limits)
    const attacker = { address: '192.0.2.1' }
    const statuses = []
    for (let turn = 0; turn < 5; turn++) statuses.push((await issuer.token(wrong(), attacker)).status)
    expect(statuses).toEqual([401, 401, 401, 429, 429])
    const limited = await issuer.token(right(), attacker)
    expect([limited.status, Number(limited.headers.get('retry-after'))]).toEqual([429, expect.any(Number)])
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await issuer.token(right(), { address: '192.0.2.2' })).status).toBe(200)
  })

  test('count for an address whatever the clients are, known or not', async () => {
    const { issuer } = setUp(limits)
    const statuses = []
    for (let turn = 0; turn < 10; turn++) {
      const request = post('/token', grant, basic(`nobody-${turn}`, 'wrong'))
      statuses.push((await issuer.token(request, { address: '192.0.2.3' })).status)
    }
    expect(statuses.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => 401))
    expect(statuses.at(-1)).toBe(429)
  })

  test('without an address never keep out who has the secret', async () => {
    const { issuer } = setUp(limits)
    for (let turn = 0; turn < 5; turn++) await issuer.token(wrong())
    expect((await issuer.token(wrong())).status).toBe(429)
    expect((await issuer.token(right())).status).toBe(200)
  })
})

test('clients that are registered wrongly are refused when the service starts', () => {
  const { digest } = createClientSecret()
  const sound: Client = {
    id: 'a',
    authentication: { method: 'client_secret', secrets: [{ digest }] },
    grants: ['client_credentials'],
    access: { api: ['read'] },
  }
  const wrong: readonly object[] = [
    { id: '' },
    { id: 'a b' },
    { grants: [] },
    { grants: ['password'] },
    { access: { api: ['a b'] } },
    { claims: { sub: 'x' } },
    { authentication: { method: 'client_secret', secrets: [{ digest: ORDERS_SECRET.slice(1) }] } },
    { authentication: { method: 'client_secret', secrets: [] } },
    { authentication: { method: 'none' } },
    { authentication: { method: 'private_key_jwt', jwks: { keys: [] } } },
    { authentication: { method: 'private_key_jwt', jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } } },
    {
      authentication: {
        method: 'private_key_jwt',
        jwks: { keys: [assertionKey.privateKey.export({ format: 'jwk' })] },
      },
    },
  ]
  expect(staticClients([sound]).find('a')).toEqual(sound)
  expect(() => staticClients([sound, sound])).toThrow(/twice/)
  for (const parts of wrong) expect(() => staticClients([{ ...sound, ...parts }])).toThrow(/^client: /)
})
