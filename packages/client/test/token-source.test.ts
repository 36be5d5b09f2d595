import { createHash } from 'node:crypto'
import { decodeJwt } from 'jose'
import { clientSecret, createTokenSource, type AccessToken, type TokenSourceEvent } from '@portcullis/client'
import { SECRET, setUp, type Bench } from './support/bench.ts'

const LIFETIME = 300
let bench: Bench
beforeEach(async () => {
  bench = await setUp()
})
afterEach(() => bench.close())

/** Lets what was begun in the background come to its end. */
async function untilRequests(count: number): Promise<void> {
  while (bench.tokenRequests() < count) await new Promise((resolve) => setTimeout(resolve, 5))
}
async function untilNew(get: () => Promise<AccessToken>, old: AccessToken): Promise<AccessToken> {
  for (;;) {
    const token = await get()
    if (token.token !== old.token) return token
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

test('nothing is asked for before the first token, and a thousand callers make one request', async () => {
  const source = bench.source()
  expect(bench.asked).toEqual([])
  const tokens = await Promise.all(Array.from({ length: 1000 }, () => source.getToken()))
  expect(new Set(tokens).size).toBe(1)
  expect(bench.asked).toEqual(['/.well-known/oauth-authorization-server', '/token'])
})

test('a token is renewed once, in the background, while a thousand callers keep the live one', async () => {
  const source = bench.source()
  const first = await source.getToken()
  bench.clock.advance(LIFETIME * 0.74)
  expect(await source.getToken()).toBe(first)
  expect(bench.tokenRequests()).toBe(1)
  bench.clock.advance(LIFETIME * 0.16)
  const during = await Promise.all(Array.from({ length: 1000 }, () => source.getToken()))
  expect(new Set(during)).toEqual(new Set([first]))
  const second = await untilNew(() => source.getToken(), first)
  expect(second.expiresAt).toBeGreaterThan(first.expiresAt)
  expect(bench.tokenRequests()).toBe(2)
})

test('sources that began together do not renew together', async () => {
  const sources = Array.from({ length: 24 }, () => bench.source())
  await Promise.all(sources.map((source) => source.getToken()))
  const renewed: number[] = []
  bench.clock.advance(LIFETIME * 0.75)
  for (let step = 0; step <= 15; step++) {
    const before = bench.tokenRequests()
    const isObtained = await Promise.all(sources.map(async (source) => (await source.getToken()).expiresAt))
    await new Promise((resolve) => setTimeout(resolve, 20))
    renewed.push(bench.tokenRequests() - before)
    expect(isObtained).toHaveLength(24)
    bench.clock.advance(LIFETIME * 0.01)
  }
  await untilRequests(48)
  expect(Math.max(...renewed)).toBeLessThan(16)
})

test('a token that is at its end is not given out', async () => {
  const source = bench.source()
  const first = await source.getToken()
  bench.clock.advance(LIFETIME - 9)
  const second = await source.getToken()
  expect(second).not.toBe(first)
  expect(second.expiresAt).toBe(bench.clock() + LIFETIME)
})

test('a clock that was set back makes no token live longer, and one that fails gives none', async () => {
  const source = bench.source()
  const first = await source.getToken()
  bench.clock.advance(-60)
  expect(await source.getToken()).not.toBe(first)
  const broken = bench.source({ clock: () => Number.NaN })
  await expect(broken.getToken()).rejects.toMatchObject({ code: 'clock_invalid' })
})

describe('everything that makes a token different', () => {
  const userToken = async (subject: string) =>
    (await bench.issuer.signIn({ subject, clientId: 'app', audience: 'orders-api' })).accessToken

  test('is part of what it is kept by', async () => {
    const source = bench.source({ scope: 'stock:read stock:write' })
    const [alice, bob] = [await userToken('alice'), await userToken('bob')]
    const derived = {
      own: source,
      'another audience': source.for({ audience: 'billing-api', scope: 'bills:write' }),
      'another scope': source.for({ scope: 'stock:read' }),
      'no scope': source.for({ scope: [] }),
      'the same as a resource': source.for({ resource: 'https://inventory.example.com' }),
      alice: source.for({ scope: 'stock:read' }).onBehalfOf(alice),
      bob: source.for({ scope: 'stock:read' }).onBehalfOf(bob),
    }
    const tokens: Record<string, string> = {}
    for (const [name, each] of Object.entries(derived)) {
      tokens[name] = await each.getToken().then(
        ({ token }) => token,
        (error: unknown) => (error as { oauthError: string }).oauthError,
      )
    }
    expect(new Set(Object.values(tokens)).size).toBe(7)
    expect(decodeJwt(tokens['another audience']!)).toMatchObject({ aud: 'billing-api', scope: 'bills:write' })
    expect(tokens['the same as a resource']).toBe('invalid_target')
    expect(decodeJwt(tokens.alice!)).toMatchObject({ sub: 'alice', act: { sub: 'orders:service' } })
    expect(decodeJwt(tokens.bob!).sub).toBe('bob')

    const before = bench.tokenRequests()
    const sameScopes = source.for({ scope: ['stock:write', 'stock:read', 'stock:write'] })
    expect((await sameScopes.getToken()).token).toBe(tokens.own)
    expect((await source.onBehalfOf(alice).for({ scope: 'stock:read' }).getToken()).token).toBe(tokens.alice)
    expect(bench.tokenRequests()).toBe(before)
  })

  test('is not shared between two sources, whatever they have in common', async () => {
    const [one, other] = [bench.source(), bench.source()]
    expect((await one.getToken()).token).not.toBe((await other.getToken()).token)
  })

  test('cannot push the tokens of the service out, and is bounded', async () => {
    const source = bench.source({ maxTokens: 2, scope: 'stock:read' })
    const own = await source.getToken()
    const users = await Promise.all(['u1', 'u2', 'u3', 'u4'].map((subject) => userToken(subject)))
    for (const user of users) await source.onBehalfOf(user).getToken()
    expect(await source.getToken()).toBe(own)
    const before = bench.tokenRequests()
    await source.onBehalfOf(users[3]!).getToken()
    expect(bench.tokenRequests()).toBe(before)
    await source.onBehalfOf(users[0]!).getToken()
    expect(bench.tokenRequests()).toBe(before + 1)
  })

  test('may not be too much at once', async () => {
    bench.intercept = ({ url }) => (url === '/token' ? { hang: true } : undefined)
    const source = bench.source({ timeout: 0.5 })
    const results = await Promise.allSettled(
      Array.from({ length: 1001 }, (_, at) => source.for({ audience: `a${at}` }).getToken()),
    )
    const codes = results.map((each) =>
      each.status === 'rejected' ? (each.reason as { code: string }).code : '',
    )
    expect(codes.filter((code) => code === 'too_many_requests')).toHaveLength(1)
  })
})

test('a token on behalf of a user is not renewed before it is needed, and ends with the token of the user', async () => {
  const { accessToken } = await bench.issuer.signIn({
    subject: 'alice',
    clientId: 'app',
    audience: 'orders-api',
  })
  const source = bench.source({ scope: 'stock:read' }).onBehalfOf(accessToken)
  bench.clock.advance(100)
  const first = await source.getToken()
  expect(first.expiresAt).toBe(bench.clock() + LIFETIME - 100)
  bench.clock.advance(185)
  expect(await source.getToken()).toBe(first)
  expect(bench.tokenRequests()).toBe(1)
  bench.clock.advance(16)
  await expect(source.getToken()).rejects.toMatchObject({ name: 'AuthError', code: 'token_expired' })
})

describe("a user's token that has ended", () => {
  const ofAlice = async () => {
    const { accessToken } = await bench.issuer.signIn({
      subject: 'alice',
      clientId: 'app',
      audience: 'orders-api',
    })
    return accessToken
  }
  const expired = {
    name: 'AuthError',
    code: 'token_expired',
    status: 401,
    headers: { 'WWW-Authenticate': expect.stringContaining('error="invalid_token"') as string },
  }

  test('is told to the user as expired, and the issuer is not asked', async () => {
    const token = await ofAlice()
    bench.clock.advance(LIFETIME - 0.5)
    expect((await bench.source({ scope: 'stock:read' }).onBehalfOf(token).getToken()).scope).toEqual([
      'stock:read',
    ])
    const before = bench.tokenRequests()
    bench.clock.advance(0.5)
    await expect(bench.source().onBehalfOf(token).getToken()).rejects.toMatchObject(expired)
    await expect(bench.source().onBehalfOf(token).getToken()).rejects.toMatchObject(expired)
    expect(bench.tokenRequests()).toBe(before)
  })

  test('by the clock of an issuer that is ahead is told as expired, each time, and is no failure of the source', async () => {
    const token = await ofAlice()
    const behind = (seconds: number) => () => bench.clock() - seconds
    bench.clock.advance(LIFETIME + 1)
    const events: TokenSourceEvent[] = []
    const source = bench.source({ clock: behind(4), onEvent: (event) => events.push(event) })
    await expect(source.onBehalfOf(token).getToken()).rejects.toMatchObject(expired)
    await expect(source.onBehalfOf(token).getToken()).rejects.toMatchObject(expired)
    expect(events).toHaveLength(2)
    expect(events[0]).toMatchObject({ kind: 'token_failed', oauthError: 'invalid_request', isOfUser: true })
    expect((await source.getToken()).token).toBeDefined()

    // So far ahead that something is wrong: that is for a developer.
    await expect(
      bench
        .source({ clock: behind(60) })
        .onBehalfOf(token)
        .getToken(),
    ).rejects.toMatchObject({
      code: 'token_refused',
      status: 500,
    })
  })

  test('is none where the issuer refuses for something else', async () => {
    const token = await ofAlice()
    bench.clock.advance(LIFETIME - 2)
    const source = bench.source({ scope: 'bills:write' }).onBehalfOf(token)
    await expect(source.getToken()).rejects.toMatchObject({
      code: 'token_refused',
      oauthError: 'invalid_scope',
    })
  })

  test.each([
    'opaque',
    'a.b.c',
    'a.bnVsbA.c', // null
    `a.${Buffer.from('{"exp":"1"}').toString('base64url')}.c`,
    `a.${Buffer.from('{"exp":1}').toString('base64url')}.c.d.e`, // encrypted
  ])('is not seen in what cannot be read: %s', async (token) => {
    await expect(bench.source().onBehalfOf(token).getToken()).rejects.toMatchObject({
      code: 'token_refused',
      oauthError: 'invalid_request',
    })
  })
})

test.each(['', 'a b', 'a\r\nx: y', 'ü', 'x'.repeat(16_385)])(
  'something that is no token is not exchanged',
  (userToken) => {
    expect(() => bench.source().onBehalfOf(userToken)).toThrow(
      expect.objectContaining({ code: 'subject_token_invalid' }) as Error,
    )
  },
)

test('a token that was refused is replaced once for all who met with it', async () => {
  const source = bench.source()
  const first = await source.getToken()
  expect(await source.getToken({ refused: first })).toBe(first)
  bench.clock.advance(1)
  const next = await Promise.all(Array.from({ length: 100 }, () => source.getToken({ refused: first })))
  expect(new Set(next).size).toBe(1)
  expect(next[0]).not.toBe(first)
  expect(await source.getToken({ refused: first })).toBe(next[0])
  expect(bench.tokenRequests()).toBe(2)
})

test('a caller may stop waiting, and the others get their token', async () => {
  const source = bench.source()
  const controller = new AbortController()
  const impatient = source.getToken({ signal: controller.signal })
  const patient = source.getToken()
  controller.abort(new Error('enough'))
  await expect(impatient).rejects.toThrow('enough')
  expect((await patient).tokenType).toBe('Bearer')
  await expect(source.getToken({ signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no')
  expect(bench.tokenRequests()).toBe(1)
})

test('what happens is told, without a token in it, and a listener that throws costs nobody a token', async () => {
  const events: TokenSourceEvent[] = []
  const source = bench.source({
    onEvent(event) {
      events.push(event)
      throw new Error('a listener')
    },
  })
  const first = await source.getToken()
  bench.clock.advance(LIFETIME * 0.9)
  await untilNew(() => source.getToken(), first)
  await expect(source.for({ audience: 'nowhere' }).getToken()).rejects.toMatchObject({
    code: 'token_refused',
  })
  expect(events).toEqual([
    { kind: 'token_obtained', isOfUser: false, isRenewal: false, expiresIn: LIFETIME },
    { kind: 'token_obtained', isOfUser: false, isRenewal: true, expiresIn: LIFETIME },
    {
      kind: 'token_failed',
      isOfUser: false,
      isRenewal: false,
      code: 'token_refused',
      oauthError: 'invalid_target',
    },
  ])
})

test('a wrong secret is not sent again and again', async () => {
  const source = bench.source({ credential: clientSecret('wrong') })
  const refused = { code: 'token_refused', oauthError: 'invalid_client', status: 500 }
  for (let at = 0; at < 20; at++) await expect(source.getToken()).rejects.toMatchObject(refused)
  expect(bench.tokenRequests()).toBe(1)
  bench.clock.advance(1)
  await expect(source.getToken()).rejects.toMatchObject(refused)
  expect(bench.tokenRequests()).toBe(2)
  expect(await bench.source().getToken()).toMatchObject({ tokenType: 'Bearer' })
})

test('the text of an error names no secret and no token', async () => {
  const source = createTokenSource({
    issuer: bench.url,
    clientId: 'orders:service',
    credential: clientSecret(`${SECRET}x`),
    clock: bench.clock,
  })
  const error = await source.getToken().catch((caught: unknown) => caught as Error)
  const text = JSON.stringify([
    error,
    (error as Error).message,
    String((error as Error).stack),
    Object.values(error),
  ])
  expect(text).not.toContain(SECRET)
  expect(text).not.toContain(createHash('sha256').update(SECRET).digest('base64url'))
  expect((error as Error).cause).toBeUndefined()
})

test('a background renewal that is under way is waited for by who needs it', async () => {
  const source = bench.source()
  const first = await source.getToken()
  bench.clock.advance(LIFETIME * 0.9)
  expect(await source.getToken()).toBe(first)
  bench.clock.advance(LIFETIME)
  const second = await source.getToken()
  expect(second).not.toBe(first)
  await untilRequests(2)
  expect(bench.tokenRequests()).toBe(2)
})
