import { createVerifier, localJwks, type Verifier } from '@portcullis/core'
import { memoryRefreshTokenStore } from '@portcullis/issuer'
import {
  ACCESS,
  cookieHeader,
  cookiesOf,
  ISSUER,
  post,
  REFRESH,
  request,
  SAME,
  setUp,
} from './support/bench.ts'

const user = { subject: 'alice', roles: ['clerk'] }

async function signedIn(...options: Parameters<typeof setUp>) {
  const bench = setUp(...options)
  const first = await bench.sessions.signIn(post('/sign-in'), user)
  const verify = createVerifier({
    issuer: ISSUER,
    audience: 'shop',
    keys: localJwks(await bench.keyRing.jwks()),
    revocation: bench.revocation,
    clock: bench.clock,
  })
  return { ...bench, first, verify, cookie: cookieHeader(first) }
}

const accessTokenOf = ({ headers }: { headers: Headers }) => cookiesOf(headers)[ACCESS]!
const refreshTokenOf = ({ headers }: { headers: Headers }) => cookiesOf(headers)[REFRESH]!
const isRefused = (verify: Verifier, token: string) =>
  expect(verify(token)).rejects.toMatchObject({ code: 'token_revoked' })

test('services know the user and the session by the access token', async () => {
  const { first, verify, events } = await signedIn()
  const { subject, roles, claims } = await verify(accessTokenOf(first))
  expect({ subject, roles }).toEqual({ subject: 'alice', roles: ['clerk'] })
  expect(claims['sid']).toBe(first.session.id)
  expect(events).toEqual([{ kind: 'signed_in', subject: 'alice', sessionId: first.session.id }])
})

test('a refresh gives both tokens anew, for the same session', async () => {
  const { sessions, first, cookie, verify, advance } = await signedIn(
    {},
    { refreshIdle: 1000, refreshLifetime: 1500 },
  )
  advance(600)
  const second = await sessions.refresh(post('/session', cookie))
  expect(refreshTokenOf(second)).not.toBe(refreshTokenOf(first))
  expect((await verify(accessTokenOf(second))).claims['sid']).toBe(first.session.id)
  // The cookie lives as long as its token: until the absolute end here.
  expect(second.headers.getSetCookie()[1]).toContain('Max-Age=900;')
  expect(second.session).toMatchObject({ createdAt: first.session.createdAt, lastSeenAt: 1_800_000_600 })
})

test('parallel tabs get the same successor, which serves', async () => {
  const { sessions, cookie, advance } = await signedIn()
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => sessions.refresh(post('/session', cookie))),
  )
  expect(new Set(answers.map(refreshTokenOf)).size).toBe(1)
  advance(60)
  expect(await sessions.refresh(post('/session', cookieHeader(answers[7]!)))).toMatchObject({
    expiresIn: 300,
  })
})

test('a stolen refresh token that comes back ends the session everywhere', async () => {
  const { sessions, first, cookie, verify, advance, events, store } = await signedIn()
  const second = await sessions.refresh(post('/session', cookie))
  advance(11)
  await expect(sessions.refresh(post('/session', cookie))).rejects.toMatchObject({
    code: 'session_ended',
    status: 401,
    headers: { 'Set-Cookie': [expect.stringContaining('Max-Age=0'), expect.stringContaining('Max-Age=0')] },
  })
  await isRefused(verify, accessTokenOf(first))
  await isRefused(verify, accessTokenOf(second))
  await expect(sessions.refresh(post('/session', cookieHeader(second)))).rejects.toMatchObject({
    code: 'session_ended',
  })
  expect(await store.list('alice')).toEqual([])
  const sessionId = first.session.id
  expect(events.slice(1)).toEqual([
    { kind: 'refresh_token_reused', subject: 'alice', sessionId },
    { kind: 'session_ended', subject: 'alice', sessionId },
  ])
})

test('signing in begins a new session, and ends the one that the browser had', async () => {
  const { sessions, first, cookie, verify } = await signedIn()
  const second = await sessions.signIn(post('/session/sign-in', cookie), { subject: 'bob' })
  expect(second.session.id).not.toBe(first.session.id)
  await isRefused(verify, accessTokenOf(first))
  expect((await verify(accessTokenOf(second))).subject).toBe('bob')
  expect(await sessions.list('alice')).toEqual([])
  await expect(sessions.refresh(post('/session', cookie))).rejects.toMatchObject({ code: 'session_ended' })
})

test('nothing that a request brings becomes the name of a session or a token of it', async () => {
  const { sessions } = setUp()
  const planted = { [ACCESS]: 'a.b.c', [REFRESH]: `rt_${'A'.repeat(22)}.${'A'.repeat(43)}` }
  const cookie = Object.entries(planted)
    .map(([name, value]) => `${name}=${value}; ${name}=${value}`)
    .join('; ')
  const step = await sessions.signIn(post('/session/sign-in', cookie), user)
  expect(refreshTokenOf(step)).not.toContain('AAAA')
  expect(step.session.id).toMatch(/^[\w-]{22}$/)
})

test('signing out ends the session with either cookie, for services at once', async () => {
  for (const name of [ACCESS, REFRESH]) {
    const { sessions, first, cookie, verify } = await signedIn()
    await sessions.signOut(post('/session/sign-out', `${name}=${cookiesOf(first.headers)[name]!}`))
    await isRefused(verify, accessTokenOf(first))
    await expect(sessions.refresh(post('/session', cookie))).rejects.toMatchObject({ code: 'session_ended' })
    expect(await sessions.list('alice')).toEqual([])
  }
})

test('signing out after the access token has expired ends the session as well', async () => {
  const { sessions, first, cookie, advance } = await signedIn()
  advance(301)
  await sessions.signOut(post('/session/sign-out', `${REFRESH}=${refreshTokenOf(first)}`))
  await expect(sessions.refresh(post('/session', cookie))).rejects.toMatchObject({ code: 'session_ended' })
})

test('signing out with planted cookies beside ends the own session all the same', async () => {
  const { sessions, first, cookie, verify } = await signedIn()
  await sessions.signOut(post('/session/sign-out', `${ACCESS}=a.b.c; ${REFRESH}=x; ${cookie}`))
  await isRefused(verify, accessTokenOf(first))
})

test('an access token that is refreshed while its session ends is refused as well', async () => {
  const bench = setUp()
  const first = await bench.sessions.signIn(post('/sign-in'), user)
  const verify = createVerifier({
    issuer: ISSUER,
    audience: 'shop',
    keys: localJwks(await bench.keyRing.jwks()),
    revocation: bench.revocation,
    clock: bench.clock,
  })
  const answers = await Promise.allSettled([
    bench.sessions.refresh(post('/session', cookieHeader(first))),
    bench.sessions.endAll('alice'),
    bench.sessions.refresh(post('/session', cookieHeader(first))),
  ])
  for (const answer of answers) {
    if (answer.status === 'fulfilled' && answer.value !== undefined) {
      await isRefused(verify, accessTokenOf(answer.value))
      await expect(
        bench.sessions.refresh(post('/session', cookieHeader(answer.value))),
      ).rejects.toMatchObject({ code: 'session_ended' })
    }
  }
  expect(await bench.sessions.list('alice')).toEqual([])
})

test("signing out everywhere ends every session of the user, and no one else's", async () => {
  const { sessions, first, cookie, verify } = await signedIn()
  const phone = await sessions.signIn(post('/sign-in'), user)
  const bob = await sessions.signIn(post('/sign-in'), { subject: 'bob' })
  await sessions.signOutEverywhere(post('/session/sign-out-everywhere', cookie))
  await isRefused(verify, accessTokenOf(first))
  await isRefused(verify, accessTokenOf(phone))
  expect((await verify(accessTokenOf(bob))).subject).toBe('bob')
})

test('who is not signed in signs nobody out', async () => {
  const { sessions, first, verify } = await signedIn()
  await sessions.signOutEverywhere(
    post('/session/sign-out-everywhere', `${REFRESH}=nonsense; ${ACCESS}=a.b.c`),
  )
  expect((await verify(accessTokenOf(first))).subject).toBe('alice')
})

test('sessions are listed to their owner, the latest used first, without what they are found by', async () => {
  const { sessions, first, advance } = await signedIn()
  advance(10)
  const agent = `Phone ${'x'.repeat(1000)}`
  const phone = await sessions.signIn(request('POST', '/sign-in', { ...SAME, 'User-Agent': agent }), user)
  const listed = await sessions.list('alice')
  expect(listed.map(({ id }) => id)).toEqual([phone.session.id, first.session.id])
  expect(listed[0]!.device).toBe(agent.slice(0, 256))
  expect(Object.keys(listed[0]!)).toEqual([
    'id',
    'createdAt',
    'lastSeenAt',
    'idleExpiresAt',
    'expiresAt',
    'device',
  ])
  expect(await sessions.list('bob')).toEqual([])
})

test('one session is ended by its owner alone', async () => {
  const { sessions, first, verify, cookie } = await signedIn()
  expect(await sessions.end('bob', first.session.id)).toBe(false)
  expect((await verify(accessTokenOf(first))).subject).toBe('alice')
  expect(await sessions.end('alice', 'unknown')).toBe(false)
  expect(await sessions.end('alice', first.session.id)).toBe(true)
  await isRefused(verify, accessTokenOf(first))
  await expect(sessions.refresh(post('/session', cookie))).rejects.toMatchObject({ code: 'session_ended' })
})

test('idle and absolute limits end a session', async () => {
  const limits = { refreshIdle: 600, refreshLifetime: 1000 }
  const idle = await signedIn({}, limits)
  idle.advance(600)
  await expect(idle.sessions.refresh(post('/session', idle.cookie))).rejects.toMatchObject({
    code: 'session_ended',
  })
  expect(await idle.sessions.list('alice')).toEqual([])
  const busy = await signedIn({}, limits)
  let cookie = busy.cookie
  for (let turn = 0; turn < 3; turn++) {
    busy.advance(300)
    cookie = cookieHeader(await busy.sessions.refresh(post('/session', cookie)))
  }
  busy.advance(100)
  await expect(busy.sessions.refresh(post('/session', cookie))).rejects.toMatchObject({
    code: 'session_ended',
  })
})

test('one session too many ends the one that was used least recently', async () => {
  const { sessions, advance, first } = await signedIn({ maxSessions: 3 })
  const names = [first.session.id]
  for (let turn = 0; turn < 4; turn++) {
    advance(10)
    names.push((await sessions.signIn(post('/sign-in'), user)).session.id)
  }
  expect((await sessions.list('alice')).map(({ id }) => id)).toEqual(names.slice(-3).reverse())
})

test('a session that its store has lost is not renewed, for nobody could end it', async () => {
  const { sessions, first, cookie, store, issuer } = await signedIn()
  await store.remove(first.session.id)
  await expect(sessions.refresh(post('/session', cookie))).rejects.toMatchObject({ code: 'session_ended' })
  expect(await issuer.refresh(refreshTokenOf(first), 'web')).toEqual({ kind: 'ended' })
})

test('an outage is 503 and ends nothing', async () => {
  let down = false
  const families = memoryRefreshTokenStore({ clock: () => 1_800_000_000 })
  const unlessDown = <T>(action: () => Promise<T>) => (down ? Promise.reject(new Error('down')) : action())
  const { sessions, cookie } = await signedIn(
    {},
    {
      refreshTokens: {
        ...families,
        find: (id) => unlessDown(() => families.find(id)),
        revoke: (id, now) => unlessDown(() => families.revoke(id, now)),
      },
    },
  )
  down = true
  for (const attempt of [
    sessions.refresh(post('/session', cookie)),
    sessions.signOut(post('/session', cookie)),
  ]) {
    const error = (await attempt.catch((cause: unknown) => cause)) as { headers: object }
    expect(error).toMatchObject({ code: 'session_unavailable', status: 503, headers: { 'Retry-After': '5' } })
    expect(error.headers).not.toHaveProperty('Set-Cookie')
  }
  await expect(sessions.endAll('alice')).rejects.toMatchObject({ code: 'session_unavailable' })
  down = false
  expect(await sessions.list('alice')).toHaveLength(1)
  expect((await sessions.refresh(post('/session', cookie))).expiresIn).toBe(300)
})

test('without revocations, on purpose, access tokens live on and refresh tokens do not', async () => {
  const { sessions, first, cookie, verify } = await signedIn({ revocation: null })
  await sessions.signOut(post('/session/sign-out', cookie))
  expect((await verify(accessTokenOf(first))).subject).toBe('alice')
  await expect(sessions.refresh(post('/session', cookie))).rejects.toMatchObject({ code: 'session_ended' })
})

test('an audit trail that throws decides nothing', async () => {
  const { sessions } = setUp({
    onEvent() {
      throw new Error('full')
    },
  })
  expect((await sessions.signIn(post('/sign-in'), user)).expiresIn).toBe(300)
})

test('a client without the grant is named as the mistake', async () => {
  const { sessions, issuer } = setUp()
  const { accessToken, tokenType, expiresIn, scope } = await issuer.signIn({ ...user, clientId: 'web' })
  const without = { accessToken, tokenType, expiresIn, scope }
  const careless = { ...issuer, signIn: () => Promise.resolve(without) }
  const again = setUp({ issuer: careless })
  await expect(again.sessions.signIn(post('/sign-in'), user)).rejects.toThrow(
    /without the grant refresh_token/,
  )
  expect(await sessions.list('alice')).toEqual([])
})
