import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { memoryRevocationStore } from '@portcullis/core'
import { createIssuer, createKeyRing, staticClients } from '@portcullis/issuer'
import { redisRefreshTokenStore, redisSessionStore } from '@portcullis/redis'
import { createSessions, type SessionsOptions, type SessionStep } from '@portcullis/session'
import { clientOf, freePort, startRedis, withRedis, type RunningRedis } from './support/redis-server.ts'

const ORIGIN = 'https://id.example.com'
const seconds = () => Date.now() / 1000

const sessionOf = (id: string, idleExpiresAt: number, subject = 'alice') => ({
  id,
  subject,
  signInId: `sign-in of ${id}`,
  createdAt: 0,
  lastSeenAt: 0,
  idleExpiresAt,
  expiresAt: idleExpiresAt + 600,
  accessLifetime: 300,
  device: 'Phone',
})

const post = (cookie = '') =>
  new Request(`${ORIGIN}/session`, {
    method: 'POST',
    headers: { 'Sec-Fetch-Site': 'same-origin', ...(cookie === '' ? {} : { Cookie: cookie }) },
  })
const cookieOf = ({ headers }: SessionStep) =>
  headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')

const keyRing = createKeyRing({ algorithm: 'EdDSA' })
/** One of the processes that share what is on Redis. */
const processOn = (
  client: ReturnType<typeof clientOf>,
  shared: object,
  more: Partial<SessionsOptions> = {},
) =>
  createSessions({
    issuer: createIssuer({
      issuer: ORIGIN,
      keyRing,
      clients: staticClients([
        {
          id: 'web',
          authentication: { method: 'none' },
          grants: ['refresh_token'],
          access: { shop: ['orders:read'] },
        },
      ]),
      refreshTokens: redisRefreshTokenStore(client, shared),
    }),
    clientId: 'web',
    publicOrigin: ORIGIN,
    revocation: memoryRevocationStore(),
    store: redisSessionStore(client, shared),
    ...more,
  })

withRedis('browser sessions, on Redis', () => {
  let redis: RunningRedis
  const options = () => ({ prefix: randomUUID(), timeout: 20 })
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.stop())

  test('a session that began in one process is renewed, listed and ended in others', async () => {
    const shared = options()
    const [one, other, third] = [1, 2, 3].map(() => processOn(redis.client(), shared))
    const first = await one!.signIn(post(), { subject: 'alice' })
    const second = await other!.refresh(post(cookieOf(first)))
    expect(second.session.id).toBe(first.session.id)
    expect((await third!.list('alice')).map(({ id }) => id)).toEqual([first.session.id])
    expect(await third!.end('bob', first.session.id)).toBe(false)
    expect(await third!.end('alice', first.session.id)).toBe(true)
    await expect(one!.refresh(post(cookieOf(second)))).rejects.toMatchObject({ code: 'session_ended' })
    expect(await one!.list('alice')).toEqual([])
  })

  test('one session too many ends the least recent one, in whichever process it began', async () => {
    const shared = options()
    const processes = [1, 2].map(() => processOn(redis.client(), shared, { maxSessions: 2 }))
    const ids: string[] = []
    for (let turn = 0; turn < 5; turn++) {
      ids.push((await processes[turn % 2]!.signIn(post(), { subject: 'alice' })).session.id)
      await wait(2)
    }
    expect((await processes[0]!.list('alice')).map(({ id }) => id)).toEqual(ids.slice(-2).reverse())
  })

  test('what is kept for a user is bounded by what lives, and goes by itself', async () => {
    const shared = options()
    const client = redis.client()
    let now = seconds()
    const store = redisSessionStore(client, { ...shared, clock: () => now })
    const keys = () => client.keys(`${shared.prefix}:*`)
    const all = async () => (await keys()).find((key) => key.endsWith(':all'))!
    for (let index = 0; index < 50; index++) await store.create(sessionOf(`old ${index}`, now + 60))
    expect(await client.hlen(await all())).toBe(50)
    now += 60
    await store.create(sessionOf('new', now + 100))
    expect(await client.hlen(await all())).toBe(1)
    const life = await client.pttl(await all())
    expect(life).toBeGreaterThan(90_000)
    expect(life).toBeLessThanOrEqual(100_000)
    for (const key of await keys()) expect(await client.pttl(key)).toBeGreaterThan(0)

    const seen = { lastSeenAt: now, idleExpiresAt: now + 500, accessLifetime: 300 }
    await store.touch('new', seen)
    expect(await client.pttl(await all())).toBeGreaterThan(400_000)
    await store.remove('new')
    expect((await keys()).filter((key) => key.endsWith(':all'))).toEqual([])
    const owners = await keys()
    await store.create(sessionOf('brief', now + 0.05, 'bob'))
    await wait(200)
    expect((await keys()).filter((key) => key.endsWith(':all'))).toEqual([])
    expect(owners).toHaveLength(50) // of the old ones, until their absolute end
  })

  test('keys name neither sessions nor users', async () => {
    const shared = options()
    const client = redis.client()
    const store = redisSessionStore(client, shared)
    await store.create(sessionOf('the-id', seconds() + 60, 'alice@example.com'))
    const keys = await client.keys(`${shared.prefix}:*`)
    expect(keys).toHaveLength(2)
    for (const key of keys) expect(key).not.toMatch(/the-id|alice/)
    const found = await store.find('the-id')
    expect(Object.isFrozen(found)).toBe(true)
    expect(found?.subject).toBe('alice@example.com')
  })

  test('a session without an end is not kept, and a clock that fails finds nothing alive and deletes nothing', async () => {
    const shared = options()
    const store = redisSessionStore(redis.client(), shared)
    for (const end of [Number.NaN, Infinity]) {
      await expect(store.create(sessionOf('endless', end))).rejects.toThrow('A session needs an end')
    }
    expect(await store.find('endless')).toBeUndefined()
    await store.create(sessionOf('one', seconds() + 60))
    const lost = redisSessionStore(redis.client(), { ...shared, clock: () => Number.NaN })
    expect(await lost.find('one')).toBeUndefined()
    expect(await lost.list('alice')).toEqual([])
    await expect(lost.create(sessionOf('two', seconds() + 60))).rejects.toThrow('A session needs an end')
    expect((await store.find('one'))?.id).toBe('one')
  })

  test('a process that dies between the two steps of a beginning or an end leaves nothing that counts', async () => {
    const shared = options()
    const client = redis.client()
    const store = redisSessionStore(client, shared)
    await store.create(sessionOf('begun', seconds() + 60))
    const all = (await client.keys(`${shared.prefix}:*`)).find((key) => key.endsWith(':all'))!
    await client.del(all)
    expect(await store.find('begun')).toBeUndefined()
    expect(await store.list('alice')).toEqual([])
    const seen = { lastSeenAt: seconds(), idleExpiresAt: seconds() + 60, accessLifetime: 300 }
    expect(await store.touch('begun', seen)).toBeUndefined()
    await store.remove('begun')
    expect(await client.keys(`${shared.prefix}:*`)).toEqual([])
  })

  test('while Redis is away sessions answer 503 with Retry-After, nobody is signed out, and they go on after', async () => {
    const port = await freePort()
    const own = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always'], port)
    const client = clientOf(port)
    try {
      const shared = { prefix: randomUUID(), timeout: 1 }
      const sessions = processOn(client, shared)
      const first = await sessions.signIn(post(), { subject: 'alice' })
      await own.kill()
      const answer = await sessions.handler(post(cookieOf(first)))
      expect(answer.status).toBe(503)
      expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0)
      expect(answer.headers.getSetCookie()).toEqual([])
      await expect(sessions.list('alice')).rejects.toMatchObject({
        code: 'session_unavailable',
        status: 503,
        cause: { name: 'RedisStoreError' },
      })
      await own.restart()
      let renewed = await sessions.handler(post(cookieOf(first)))
      for (let look = 0; look < 100 && renewed.status === 503; look++) {
        await wait(20)
        renewed = await sessions.handler(post(cookieOf(first)))
      }
      expect(renewed.status).toBe(200)
      expect(await sessions.list('alice')).toHaveLength(1)
    } finally {
      client.disconnect()
      await own.stop()
    }
  })
})
