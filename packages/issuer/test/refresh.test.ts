import { createVerifier, localJwks, memoryRevocationStore } from '@portcullis/core'
import { decodeJwt } from 'jose'
import { memoryRefreshTokenStore, TOKEN_EXCHANGE, type RefreshFamily } from '@portcullis/issuer'
import { createClock } from './support/clock.ts'
import { basic, ISSUER, json, ORDERS_SECRET, post, setUp } from './support/bench.ts'

const user = { subject: 'alice', clientId: 'web', roles: ['clerk'], permissions: ['refund'] }
const form = (refresh_token: string, more: Record<string, string> = {}) =>
  post('/token', { grant_type: 'refresh_token', client_id: 'web', refresh_token, ...more })

async function signedIn(options: Parameters<typeof setUp>[0] = {}) {
  const bench = setUp(options)
  const { refreshToken = '', ...rest } = await bench.issuer.signIn({ ...user, claims: { tenant: 'a' } })
  const refresh = async (token: string, more?: Record<string, string>) =>
    (await json(await bench.issuer.token(form(token, more)))) as {
      status: number
      error?: string
      access_token: string
      refresh_token: string
      scope: string
    }
  return { ...bench, ...rest, refreshToken, refresh }
}

test('signing in gives an access token with what the user may do, and a refresh token that is no JWT', async () => {
  const { accessToken, refreshToken, scope, clock } = await signedIn()
  expect(decodeJwt(accessToken)).toMatchObject({
    sub: 'alice',
    client_id: 'web',
    aud: 'orders-api',
    roles: ['clerk'],
    permissions: ['refund'],
    tenant: 'a',
    auth_time: clock(),
  })
  expect(scope).toEqual(['orders:read', 'stock:read'])
  expect(refreshToken).toMatch(/^rt_[\w-]{22}\.[\w-]{43}$/)
})

test('each use gives a new refresh token, with the same rights', async () => {
  const { refresh, refreshToken, clock } = await signedIn()
  const seen = new Set([refreshToken])
  let token = refreshToken
  for (let turn = 0; turn < 3; turn++) {
    clock.advance(600)
    const answer = await refresh(token)
    token = answer.refresh_token
    seen.add(token)
    expect(decodeJwt(answer.access_token)).toMatchObject({ sub: 'alice', roles: ['clerk'], tenant: 'a' })
  }
  expect(seen.size).toBe(4)
})

test('100 refreshes of one token at once get one successor, which serves', async () => {
  const { refresh, refreshToken } = await signedIn()
  const answers = await Promise.all(Array.from({ length: 100 }, () => refresh(refreshToken)))
  const successors = new Set(answers.map(({ refresh_token }) => refresh_token))
  expect(successors.size).toBe(1)
  expect((await refresh([...successors][0]!)).status).toBe(200)
})

test('a token that comes back after its grace ends the family, and is told to the audit trail', async () => {
  const { refresh, refreshToken, clock, events } = await signedIn()
  const { refresh_token: successor } = await refresh(refreshToken)
  clock.advance(9)
  expect((await refresh(refreshToken)).refresh_token).toBe(successor)
  clock.advance(1)
  expect(await refresh(refreshToken)).toMatchObject({ status: 400, error: 'invalid_grant' })
  expect(await refresh(successor)).toMatchObject({ status: 400, error: 'invalid_grant' })
  expect(events).toContainEqual({ kind: 'refresh_token_reused', clientId: 'web', subject: 'alice' })
})

test('by what the audit trail is told of a stolen token, its access tokens are called back at once', async () => {
  const clock = createClock()
  const revocation = memoryRevocationStore({ clock })
  const { issuer, keyRing, events } = setUp({
    clock,
    onEvent(event) {
      events.push(event)
      const { kind, sessionId } = event
      if (kind !== 'refresh_token_reused' || sessionId === undefined) return
      revocation.revoke({ issuer: ISSUER, sessionId, until: clock() + 360 })
    },
  })
  const rules = { issuer: ISSUER, keys: localJwks(await keyRing.jwks()), revocation, clock }
  const [verifyOrders, verifyStock] = ['orders-api', 'inventory-api'].map((audience) =>
    createVerifier({ ...rules, audience }),
  )
  const stolen = await issuer.signIn({ ...user, sessionId: 'session-1' })
  const other = await issuer.signIn({ ...user, sessionId: 'session-2' })
  const renewed = await json(await issuer.token(form(stolen.refreshToken!)))
  const exchange = {
    grant_type: TOKEN_EXCHANGE,
    subject_token: stolen.accessToken,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  }
  const passedOn = await json(await issuer.token(post('/token', exchange, basic('orders', ORDERS_SECRET))))
  const ofThief = [stolen.accessToken, renewed.access_token as string]
  for (const token of ofThief) await verifyOrders!(token)
  await verifyStock!(passedOn.access_token as string)

  clock.advance(11)
  expect(await json(await issuer.token(form(stolen.refreshToken!)))).toMatchObject({ error: 'invalid_grant' })
  const whose = { clientId: 'web', subject: 'alice', sessionId: 'session-1' }
  expect(events).toContainEqual({ kind: 'refresh_token_reused', ...whose })
  expect(events).toContainEqual({ kind: 'token_issued', ...whose })
  expect(events).toContainEqual({ kind: 'token_issued', ...whose, clientId: 'orders' })
  for (const token of ofThief) {
    await expect(verifyOrders!(token)).rejects.toMatchObject({ code: 'token_revoked' })
  }
  await expect(verifyStock!(passedOn.access_token as string)).rejects.toMatchObject({ code: 'token_revoked' })
  expect((await verifyOrders!(other.accessToken)).subject).toBe('alice')
})

test('a refresh token that is revoked is told with its session', async () => {
  const { issuer, events } = setUp()
  const { refreshToken } = await issuer.signIn({ ...user, sessionId: 'session-1' })
  await issuer.revocation(post('/revoke', { token: refreshToken!, client_id: 'web' }))
  expect(events).toContainEqual({
    kind: 'token_revoked',
    clientId: 'web',
    subject: 'alice',
    sessionId: 'session-1',
  })
})

test('a secret that was made up ends nothing where the family is not known', async () => {
  const { refresh, refreshToken } = await signedIn()
  for (const wrong of [
    'x',
    'rt_x',
    `${refreshToken}x`,
    refreshToken.slice(1),
    `rt_${'A'.repeat(22)}.${'A'.repeat(43)}`,
  ]) {
    expect(await refresh(wrong)).toMatchObject({ status: 400, error: 'invalid_grant' })
  }
  expect((await refresh(refreshToken)).status).toBe(200)
})

test('another client can neither use a token nor end it', async () => {
  const { refresh, refreshToken, issuer } = await signedIn()
  expect(await refresh(refreshToken, { client_id: 'other+web' })).toMatchObject({ error: 'invalid_grant' })
  const revocation = { token: refreshToken, client_id: 'other+web' }
  expect((await issuer.revocation(post('/revoke', revocation))).status).toBe(200)
  expect((await refresh(refreshToken)).status).toBe(200)
})

test('a refusal uses nothing up; a narrower scope is for one token, and a broader one is refused', async () => {
  const { refresh, refreshToken } = await signedIn()
  expect(await refresh(refreshToken, { scope: 'admin' })).toMatchObject({ error: 'invalid_scope' })
  expect(await refresh(refreshToken, { resource: 'https://other.example.com/' })).toMatchObject({
    error: 'invalid_target',
  })
  const narrow = await refresh(refreshToken, { scope: 'orders:read' })
  expect(decodeJwt(narrow.access_token).scope).toBe('orders:read')
  const again = await refresh(narrow.refresh_token)
  expect(decodeJwt(again.access_token).scope).toBe('orders:read stock:read')
})

test('idle and absolute lifetimes end a session', async () => {
  const { refresh, refreshToken, clock } = await signedIn({ refreshIdle: 1000, refreshLifetime: 2500 })
  let token = refreshToken
  for (const seconds of [999, 999, 501]) {
    clock.advance(seconds)
    token = (await refresh(token)).refresh_token
  }
  clock.advance(1)
  expect(await refresh(token)).toMatchObject({ status: 400, error: 'invalid_grant' })
  const idle = await signedIn({ refreshIdle: 1000 })
  idle.clock.advance(1000)
  expect(await idle.refresh(idle.refreshToken)).toMatchObject({ error: 'invalid_grant' })
})

test('signing out, revoking, and a user or client that is gone end a session', async () => {
  const out = await signedIn()
  await out.issuer.signOut(out.refreshToken)
  await out.issuer.signOut('nothing')
  expect(await out.refresh(out.refreshToken)).toMatchObject({ error: 'invalid_grant' })

  const revoked = await signedIn()
  const form = { token: revoked.refreshToken, token_type_hint: 'access_token', client_id: 'web' }
  const answer = await revoked.issuer.revocation(post('/revoke', form))
  expect([answer.status, await answer.text(), answer.headers.get('cache-control')]).toEqual([
    200,
    '',
    'no-store',
  ])
  expect(await revoked.refresh(revoked.refreshToken)).toMatchObject({ error: 'invalid_grant' })

  const active = new Set(['alice'])
  const user = await signedIn({ subjectIsActive: (subject) => active.has(subject) })
  active.clear()
  expect(await user.refresh(user.refreshToken)).toMatchObject({ error: 'invalid_grant' })
  active.add('alice')
  expect((await user.refresh(user.refreshToken)).status).toBe(200)

  const known = setUp()
  let gone = false
  const clients = { find: (id: string) => (gone ? undefined : known.clients.find(id)) }
  const client = await signedIn({ clients })
  gone = true
  expect(await client.refresh(client.refreshToken)).toMatchObject({ status: 401, error: 'invalid_client' })
})

test('the store holds no token, and nothing that yields one', async () => {
  const clock = createClock()
  const memory = memoryRefreshTokenStore({ clock })
  const kept: RefreshFamily[] = []
  const refreshTokens = {
    ...memory,
    async create(family: RefreshFamily) {
      kept.push(family)
      await memory.create(family)
    },
  }
  const { refresh, refreshToken } = await signedIn({ refreshTokens })
  const { refresh_token: successor } = await refresh(refreshToken)
  kept.push((await memory.find(kept[0]!.id))!)
  const text = JSON.stringify(kept)
  for (const token of [refreshToken, successor]) expect(text).not.toContain(token.split('.')[1])
  expect(text).toContain('sealedSuccessor')
})

test('an outage while a token is made uses nothing up', async () => {
  const { keyRing } = setUp()
  let fails = false
  const failing = {
    ...keyRing,
    signingKey: () => (fails ? Promise.reject(new Error('down')) : keyRing.signingKey()),
  }
  const { refresh, refreshToken } = await signedIn({ keyRing: failing })
  fails = true
  expect(await refresh(refreshToken)).toMatchObject({ status: 503, error: 'temporarily_unavailable' })
  fails = false
  expect((await refresh(refreshToken)).status).toBe(200)
})

test.each([
  ['an unknown client', { clientId: 'nobody' }, 'client_unknown'],
  ['a user who is called like a client', { subject: 'orders' }, 'subject_invalid'],
  ['nobody', { subject: '' }, 'subject_invalid'],
  ['an audience of others', { audience: 'inventory-api' }, 'audience_invalid'],
  ['a scope of others', { scope: ['admin'] }, 'claim_invalid'],
  ['a registered claim', { claims: { client_id: 'x' } }, 'claim_reserved'],
])('%s cannot sign in', async (_, wrong, code) => {
  await expect(setUp().issuer.signIn({ ...user, ...wrong })).rejects.toMatchObject({ code })
})
