import { decodeJwt, SignJWT } from 'jose'
import { generateKeyPairSync } from 'node:crypto'
import { TOKEN_EXCHANGE } from '@portcullis/issuer'
import { assertionKey, basic, ISSUER, json, ORDERS_SECRET, post, setUp } from './support/bench.ts'

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const credentials = basic('orders', ORDERS_SECRET)
const user = { subject: 'alice', clientId: 'web', roles: ['clerk'], authenticatedAt: 1_799_999_000 }
const form = (subject_token: string, more: Record<string, string> = {}) => ({
  grant_type: TOKEN_EXCHANGE,
  subject_token_type: ACCESS_TOKEN,
  subject_token,
  ...more,
})

async function bench() {
  const parts = setUp()
  const { accessToken } = await parts.issuer.signIn(user)
  const exchange = async (token: string, more?: Record<string, string>) =>
    json(await parts.issuer.token(post('/token', form(token, more), credentials)))
  return { ...parts, accessToken, exchange }
}

test("a service acts on for a user: narrower, named as the actor, and no longer than the user's token", async () => {
  const { accessToken, exchange, clock } = await bench()
  clock.advance(200)
  const answer = await exchange(accessToken, { audience: 'inventory-api' })
  expect(answer).toMatchObject({
    status: 200,
    issued_token_type: ACCESS_TOKEN,
    token_type: 'Bearer',
    expires_in: 100,
    scope: 'stock:read',
  })
  expect(answer).not.toHaveProperty('refresh_token')
  expect(decodeJwt(answer.access_token as string)).toMatchObject({
    sub: 'alice',
    client_id: 'orders',
    aud: 'inventory-api',
    roles: ['clerk'],
    auth_time: 1_799_999_000,
    exp: 1_800_000_300,
    act: { sub: 'orders' },
  })
})

test("a token that is passed on belongs to the user's session", async () => {
  const { issuer, exchange } = await bench()
  const { accessToken } = await issuer.signIn({ ...user, sessionId: 'session-1' })
  const { access_token: token } = await exchange(accessToken, { audience: 'inventory-api' })
  expect(decodeJwt(token as string)).toMatchObject({ sub: 'alice', sid: 'session-1' })
})

test('the chain of actors grows with each service, and has an end', async () => {
  const { accessToken, exchange, issuer, clock } = await bench()
  const { access_token: first } = await exchange(accessToken)
  const assertion = await new SignJWT({
    iss: 'signer',
    sub: 'signer',
    aud: ISSUER,
    jti: 'x',
    exp: clock() + 60,
  })
    .setProtectedHeader({ alg: 'ES256' })
    .sign(assertionKey.privateKey)
  const more = {
    client_assertion: assertion,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  }
  const second = await json(await issuer.token(post('/token', form(first as string, more))))
  expect(decodeJwt(second.access_token as string).act).toEqual({ sub: 'signer', act: { sub: 'orders' } })

  const deep = { sub: 'a', act: { sub: 'b', act: { sub: 'c', act: { sub: 'd' } } } }
  const { token } = await issuer.signer.sign({
    subject: 'alice',
    clientId: 'web',
    audience: 'orders-api',
    actor: deep,
  })
  expect(await exchange(token)).toMatchObject({ status: 400, error: 'invalid_request' })
})

test('a token that is bound to a key stays bound', async () => {
  const { exchange, issuer } = await bench()
  const keyThumbprint = 'k'.repeat(43)
  const { token } = await issuer.signer.sign({
    subject: 'alice',
    clientId: 'web',
    audience: 'orders-api',
    keyThumbprint,
  })
  const answer = await exchange(token)
  expect(answer.token_type).toBe('DPoP')
  expect(decodeJwt(answer.access_token as string).cnf).toEqual({ jkt: keyThumbprint })
})

test.each([
  ['a broader scope', { scope: 'stock:write' }, 'invalid_scope'],
  ['a scope of the user that the service has not', { scope: 'orders:read' }, 'invalid_scope'],
  ['an audience that the service may not call', { audience: 'orders-api' }, 'invalid_target'],
  [
    'another type of subject token',
    { subject_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' },
    'invalid_request',
  ],
  ['no type', { subject_token_type: '' }, 'invalid_request'],
  [
    'another type of answer',
    { requested_token_type: 'urn:ietf:params:oauth:token-type:saml2' },
    'invalid_request',
  ],
  ['an actor of its own choice', { actor_token: 'x', actor_token_type: ACCESS_TOKEN }, 'invalid_request'],
])('%s is refused', async (_, more, error) => {
  const { accessToken, exchange } = await bench()
  expect(await exchange(accessToken, more as Record<string, string>)).toMatchObject({ status: 400, error })
})

test('tokens that are expired, forged, foreign, revoked, opaque or for another service are refused', async () => {
  const { accessToken, exchange, issuer, clock } = await bench()
  const refused = { status: 400, error: 'invalid_request' }
  const { refreshToken } = await issuer.signIn(user)
  const foreign = await setUp().issuer.signIn(user)
  const elsewhere = await issuer.signer.sign({ subject: 'alice', clientId: 'web', audience: 'inventory-api' })
  const forged = await new SignJWT({ ...decodeJwt(accessToken) })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
    .sign(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
  for (const token of [
    refreshToken!,
    foreign.accessToken,
    elsewhere.token,
    forged,
    'a.b.c',
    `${accessToken}x`,
  ]) {
    expect(await exchange(token)).toMatchObject(refused)
  }
  const { client_id } = decodeJwt(accessToken) as { client_id: string }
  await issuer.revocation(post('/revoke', { token: accessToken, client_id }))
  expect(await exchange(accessToken)).toMatchObject(refused)
  const { accessToken: late } = await issuer.signIn(user)
  clock.advance(300)
  expect(await exchange(late)).toMatchObject(refused)
})

describe('introspection', () => {
  const ask = async (parts: Awaited<ReturnType<typeof bench>>, token: string, headers = credentials) =>
    json(
      await parts.issuer.introspection(post('/introspect', { token, token_type_hint: 'nonsense' }, headers)),
    )
  const inactive = { status: 200, active: false }

  test('tells the audience what a token is, and nobody else', async () => {
    const parts = await bench()
    expect(await ask(parts, parts.accessToken)).toMatchObject({
      active: true,
      sub: 'alice',
      client_id: 'web',
      scope: 'orders:read stock:read',
      token_type: 'Bearer',
    })
    const elsewhere = await parts.issuer.signer.sign({ subject: 'alice', clientId: 'web', audience: 'other' })
    expect(await ask(parts, elsewhere.token)).toEqual(inactive)
  })

  test('calls everything that is not in force inactive', async () => {
    const parts = await bench()
    const { refreshToken } = await parts.issuer.signIn(user)
    for (const token of ['x', refreshToken!, `${parts.accessToken}x`])
      expect(await ask(parts, token)).toEqual(inactive)
    await parts.issuer.revocation(post('/revoke', { token: parts.accessToken }, credentials))
    expect(await ask(parts, parts.accessToken)).toMatchObject({ active: true })
    await parts.issuer.revocation(post('/revoke', { token: parts.accessToken, client_id: 'web' }))
    expect(await ask(parts, parts.accessToken)).toEqual(inactive)
    const late = (await parts.issuer.signIn(user)).accessToken
    parts.clock.advance(300)
    expect(await ask(parts, late)).toEqual(inactive)
  })

  test('is for clients that prove themselves, with one token', async () => {
    const { issuer, accessToken } = await bench()
    const status = async (form: Record<string, string> | string, headers = {}) =>
      (await issuer.introspection(post('/introspect', form, headers))).status
    expect(await status({ token: accessToken })).toBe(401)
    expect(await status({ token: accessToken, client_id: 'web' })).toBe(401)
    expect(await status({ token: accessToken }, { authorization: `Bearer ${accessToken}` })).toBe(401)
    expect(await status({}, credentials)).toBe(400)
    expect(await status({ 'token[]': accessToken }, credentials)).toBe(400)
    expect(await status(`token=a&token=${accessToken}`, credentials)).toBe(400)
  })
})
