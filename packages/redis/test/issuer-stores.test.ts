import { randomBytes, randomUUID } from 'node:crypto'
import {
  createApiKeys,
  createClientSecret,
  createIssuer,
  createKeyRing,
  staticClients,
  type Client,
} from '@portcullis/issuer'
import {
  redisApiKeyStore,
  redisAttemptCounters,
  redisClientStore,
  redisKeyRingStore,
  redisReplayStore,
  redisRefreshTokenStore,
  redisRevocationStore,
  redisRevokedTokens,
  type RedisClient,
} from '@portcullis/redis'
import { clientOf, freePort, startRedis, withRedis, type RunningRedis } from './support/redis-server.ts'

const A_CLIENT: Client = {
  id: 'web',
  authentication: { method: 'none' },
  grants: ['refresh_token'],
  access: { 'orders-api': ['orders:read'] },
}

withRedis('what an issuer keeps, on Redis', () => {
  let redis: RunningRedis
  const options = () => ({ prefix: randomUUID(), timeout: 20 })
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.stop())

  describe('the key ring', () => {
    const sealingKey = randomBytes(32)

    test('is replaced from the version before only, by one of many', async () => {
      const shared = { ...options(), sealingKey }
      const stores = Array.from({ length: 4 }, () => redisKeyRingStore(redis.client(), shared))
      const [store] = stores as [(typeof stores)[number]]
      expect(await store.read()).toBeUndefined()
      expect(await store.replace({ version: 2, content: 'b' })).toBe(false)
      const rivals = stores.map((each, index) => each.replace({ version: 1, content: String(index) }))
      expect((await Promise.all(rivals)).filter(Boolean)).toHaveLength(1)
      expect(await store.replace({ version: 2, content: 'next' })).toBe(true)
      for (const each of stores) expect(await each.read()).toEqual({ version: 2, content: 'next' })
    })

    test('four issuers rotate once and publish the same keys', async () => {
      const shared = { ...options(), sealingKey }
      let now = 1_800_000_000
      const rings = Array.from({ length: 4 }, () =>
        createKeyRing({
          store: redisKeyRingStore(redis.client(), shared),
          algorithm: 'EdDSA',
          clock: () => now,
        }),
      )
      const [one] = rings as [(typeof rings)[number]]
      const before = await one.signingKey()
      for (const ring of rings) expect((await ring.signingKey()).id).toBe(before.id)
      now += 1000
      await Promise.all(rings.map((ring) => ring.rotate()))
      now += 100
      const published = await Promise.all(rings.map((ring) => ring.jwks()))
      expect(new Set(published.map((jwks) => JSON.stringify(jwks))).size).toBe(1)
      expect(published[0]!.keys).toHaveLength(3)
      const signing = await Promise.all(rings.map((ring) => ring.signingKey()))
      expect(new Set(signing.map(({ id }) => id)).size).toBe(1)
      expect(signing[0]!.id).not.toBe(before.id)
    })

    test('is in Redis only as a text that the sealing key opens, in its place', async () => {
      const shared = { ...options(), sealingKey }
      const client = redis.client()
      const store = redisKeyRingStore(client, shared)
      const key = `${shared.prefix}:1:{keys}:ring`
      await store.replace({ version: 1, content: 'private keys of one' })
      const old = await client.hget(key, 'sealed')
      expect(Buffer.from(old!, 'base64').toString('latin1')).not.toContain('private')
      await store.replace({ version: 2, content: 'private keys of two' })

      const other = redisKeyRingStore(client, { ...shared, sealingKey: randomBytes(32) })
      await expect(other.read()).rejects.toMatchObject({ code: 'sealed' })
      const both = redisKeyRingStore(client, { ...shared, sealingKey: [randomBytes(32), sealingKey] })
      expect(await both.read()).toEqual({ version: 2, content: 'private keys of two' })
      await client.hset(key, 'sealed', old!)
      await expect(redisKeyRingStore(client, shared).read()).rejects.toMatchObject({ code: 'sealed' })
      await client.hset(key, 'sealed', 'x')
      await expect(redisKeyRingStore(client, shared).read()).rejects.toMatchObject({ code: 'sealed' })
    })

    test('is brought back by a process that has seen a later one than Redis has', async () => {
      const shared = { ...options(), sealingKey }
      const [one, other] = [1, 2].map(() => redisKeyRingStore(redis.client(), shared))
      await one!.replace({ version: 1, content: 'first' })
      await one!.replace({ version: 2, content: 'second' })
      await redis.client().del(`${shared.prefix}:1:{keys}:ring`)
      expect(await other!.read()).toBeUndefined()
      expect(await one!.read()).toEqual({ version: 2, content: 'second' })
      expect(await other!.read()).toEqual({ version: 2, content: 'second' })
      expect(await other!.replace({ version: 1, content: 'anew' })).toBe(false)
    })
  })

  describe('API keys', () => {
    test('a client has two that live, also when they are made at the same time in several processes', async () => {
      const shared = options()
      let now = Date.now() / 1000
      const clock = () => now
      const stores = Array.from({ length: 4 }, () => redisApiKeyStore(redis.client(), { ...shared, clock }))
      const services = stores.map((store) => createApiKeys({ prefix: 'acme', store, clock }))
      const [one, other] = services as [(typeof services)[number], (typeof services)[number]]
      const attempts = await Promise.allSettled(
        Array.from({ length: 12 }, (_, index) => services[index % 4]!.create({ clientId: 'batch' })),
      )
      const made = attempts.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
      expect(made).toHaveLength(2)
      for (const each of services) expect(await each.check(made[0]!.key)).toMatchObject({ clientId: 'batch' })
      expect(await other.revoke(made[0]!.id)).toBe(true)
      expect(await one.check(made[0]!.key)).toBeUndefined()
      expect((await stores[0]!.find(made[0]!.id))?.revokedAt).toBe(now)
      await one.create({ clientId: 'batch', scope: ['stock:read'], lifetime: 60 })
      await expect(one.create({ clientId: 'batch' })).rejects.toMatchObject({ code: 'api_key_limit' })
      now += 61
      expect(await one.create({ clientId: 'batch' })).toBeDefined()
      expect(await one.revoke('nothing')).toBe(false)
    })
  })

  test('clients come and go, and are checked before', async () => {
    const shared = options()
    const [one, other] = [1, 2].map(() => redisClientStore(redis.client(), shared))
    await one!.save(A_CLIENT)
    expect(await other!.find('web')).toEqual(A_CLIENT)
    await one!.save({ ...A_CLIENT, access: {} })
    expect(await other!.find('web')).toEqual({ ...A_CLIENT, access: {} })
    await expect(one!.save({ ...A_CLIENT, grants: ['client_credentials'] })).rejects.toMatchObject({
      option: 'client',
    })
    expect(await other!.remove('web')).toBe(true)
    expect(await one!.remove('web')).toBe(false)
    expect(await one!.find('web')).toBeUndefined()
    expect(await one!.find('x'.repeat(100_000))).toBeUndefined()
  })

  describe('failed attempts', () => {
    const { digest } = createClientSecret()
    const issuersOn = (count: number, client: () => RedisClient) => {
      const shared = { prefix: randomUUID(), timeout: 0.2 }
      const clients = staticClients([
        {
          id: 'orders',
          authentication: { method: 'client_secret', secrets: [{ digest }] },
          grants: ['client_credentials'],
          access: { 'inventory-api': ['stock:read'] },
        },
      ])
      const attempts = () => ({ perClient: 3, counters: redisAttemptCounters(client(), shared) })
      return Array.from({ length: count }, () =>
        createIssuer({
          issuer: 'https://id.example.com',
          keyRing: createKeyRing(),
          clients,
          attempts: attempts(),
        }),
      )
    }
    const guess = async (issuer: ReturnType<typeof createIssuer>, address = '192.0.2.1') => {
      const headers = { authorization: `Basic ${btoa('orders:wrong')}` }
      const body = new URLSearchParams({ grant_type: 'client_credentials' })
      const request = new Request('https://id.example.com/token', { method: 'POST', headers, body })
      return issuer.handler(request, { address })
    }

    test('are counted by all issuers together', async () => {
      const issuers = issuersOn(4, () => redis.client())
      const statuses = []
      for (const issuer of issuers) statuses.push((await guess(issuer)).status)
      expect(statuses).toEqual([401, 401, 401, 429])
      const refused = await guess(issuers[0]!)
      expect(refused.status).toBe(429)
      expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0)
      expect((await guess(issuers[0]!, '192.0.2.2')).status).toBe(401)
      for (const key of await redis.client().keys('*attempts*')) {
        expect(key).not.toContain('192')
        expect(await redis.client().pttl(key)).toBeGreaterThan(0)
      }
    })

    test('are counted by each issuer where Redis is away, and never without a limit', async () => {
      const away = clientOf(await freePort())
      try {
        const [issuer] = issuersOn(1, () => away)
        const statuses = []
        for (let attempt = 0; attempt < 4; attempt++) statuses.push((await guess(issuer!)).status)
        expect(statuses).toEqual([401, 401, 401, 429])
      } finally {
        away.disconnect()
      }
    })
  })

  test('a revoked token is so in every process, until the later of two ends', async () => {
    const shared = options()
    const client = redis.client()
    const [one, other] = [client, redis.client()].map((each) => redisRevokedTokens(each, shared))
    const now = Date.now() / 1000
    expect(await other!.isRevoked('jti')).toBe(false)
    await one!.revoke('jti', now + 60)
    await one!.revoke('jti', now + 1)
    expect(await other!.isRevoked('jti')).toBe(true)
    expect(await other!.isRevoked('JTI')).toBe(false)
    const [key] = await client.keys(`${shared.prefix}:*`)
    expect(await client.pttl(key!)).toBeGreaterThan(30_000)
    await expect(Promise.resolve(one!.revoke('x', Number.NaN))).rejects.toThrow(TypeError)
  })

  test('every key has the prefix, the version of the layout and one slot; what can die expires by itself', async () => {
    const shared = options()
    const client = redis.client()
    const end = Math.floor(Date.now() / 1000) + 600
    const revocations = redisRevocationStore(client, { ...shared, settle: 0 })
    await revocations.ready()
    await revocations.revoke({ issuer: 'https://id.example.com', tokenId: 'jti', until: end })
    revocations.close()
    await redisReplayStore(client, { ...shared, settle: 0 }).claim('an id that is told to nobody', end)
    await redisRevokedTokens(client, shared).revoke('jti', end)
    await redisRefreshTokenStore(client, shared).create({
      id: 'a family that is told to nobody',
      grant: { clientId: 'web', subject: 'alice', audience: [], scope: [] },
      current: 'digest',
      idleExpiresAt: end,
      expiresAt: end,
    })
    await createApiKeys({ prefix: 'acme', store: redisApiKeyStore(client, shared) }).create({
      clientId: 'web',
      lifetime: 600,
    })
    await redisClientStore(client, shared).save(A_CLIENT)

    const keys = await client.keys(`${shared.prefix}*`)
    const staying = /:\{(?:replay\.\d+)\}:state$|:\{revocations\}:meta$|:\{client\..{43}\}:record$/
    for (const key of keys) {
      expect(key).toMatch(/^[\w-]{36}:1:\{[\w.-]+\}:[\w:-]+$/)
      expect(key).not.toContain('nobody')
      const left = await client.pttl(key)
      if (staying.test(key)) expect(left).toBe(-1)
      else expect({ key, dies: left > 0 && left <= 600_000 }).toEqual({ key, dies: true })
    }
    expect(keys.filter((key) => !staying.test(key))).toHaveLength(8)
  })

  test.each([
    ['client', () => redisReplayStore({} as RedisClient)],
    ['prefix', () => redisReplayStore(redis.client(), { prefix: 'a{b}' })],
    ['timeout', () => redisReplayStore(redis.client(), { timeout: 0 })],
    ['ttl', () => redisReplayStore(redis.client(), { ttl: 1 } as object)],
    ['onStale', () => redisRevocationStore(redis.client(), { onStale: 'allow' as 'serve' })],
    ['maxStaleness', () => redisRevocationStore(redis.client(), { maxStaleness: 0 })],
    ['sealingKey', () => redisKeyRingStore(redis.client(), {} as { sealingKey: Uint8Array })],
    ['sealingKey', () => redisKeyRingStore(redis.client(), { sealingKey: randomBytes(31) })],
    ['sealingKey', () => redisKeyRingStore(redis.client(), { sealingKey: new Uint8Array(32) })],
    ['sealingKey', () => redisKeyRingStore(redis.client(), { sealingKey: [] })],
  ])('a wrong %s is refused', (option, make) => {
    expect(make).toThrow(expect.objectContaining({ option }) as Error)
  })

  test('a Redis that throws entries away is refused', async () => {
    const evicting = await startRedis(['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'])
    try {
      const store = redisReplayStore(evicting.client(), { settle: 0 })
      await expect(store.claim('id', Date.now() / 1000 + 60)).rejects.toMatchObject({ code: 'evicts' })
      await evicting.client().config('SET', 'maxmemory-policy', 'noeviction')
      expect(await store.claim('id', Date.now() / 1000 + 60)).toBe(true)
    } finally {
      await evicting.stop()
    }
  })

  test('a Redis whose memory is full rejects, and goes on when there is room', async () => {
    const small = await startRedis()
    try {
      const client = small.client()
      const store = redisReplayStore(client, { settle: 0 })
      await store.claim('one', Date.now() / 1000 + 60)
      await client.config('SET', 'maxmemory', '1mb')
      const refused = store.claim('two', Date.now() / 1000 + 60)
      await expect(refused).rejects.toMatchObject({ code: 'failed', reason: 'OOM' })
      await client.config('SET', 'maxmemory', '0')
      expect(await store.claim('two', Date.now() / 1000 + 60)).toBe(true)
    } finally {
      await small.stop()
    }
  })
})
