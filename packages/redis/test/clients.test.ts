import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import {
  redisRefreshTokenStore,
  redisReplayStore,
  redisRevocationStore,
  redisSessionStore,
  type NodeRedisCluster,
  type RedisClient,
} from '@portcullis/redis'
import { Cluster, Redis } from 'ioredis'
import { Cluster as Cluster5, Redis as Redis5 } from 'ioredis-5'
import { createClient, createCluster } from 'redis'
import { createClient as createClient5, createCluster as createCluster5 } from 'redis-5'
import { wireOf } from '../src/connection/wire.ts'
import { startRedis, withRedis, type RunningRedis } from './support/redis-server.ts'

const SLOTS = 16_384
const seconds = () => Date.now() / 1000

/** Each store once, from two connections. */
async function tryStores(one: RedisClient, other: RedisClient): Promise<void> {
  const shared = { prefix: randomUUID(), timeout: 10 }
  const options = { ...shared, settle: 0 }
  const end = seconds() + 600
  const replays = [one, other].map((client) => redisReplayStore(client, options))
  const ids = Array.from({ length: 60 }, (_, index) => `id ${index}`)
  const claims = await Promise.all(ids.flatMap((id) => replays.map((each) => each.claim(id, end))))
  expect(claims.filter(Boolean)).toHaveLength(60)

  const [here, there] = [one, other].map((client) => redisRefreshTokenStore(client, shared))
  const grant = { clientId: 'web', subject: 'alice', audience: ['orders-api'], scope: [] }
  const families = ids.slice(0, 12)
  for (const id of families) {
    await here!.create({ id, grant, current: 'first', idleExpiresAt: end, expiresAt: end })
    const step = { familyId: id, presented: 'first', successor: 'second', sealedSuccessor: 'sealed' }
    const times = { now: seconds(), graceUntil: end, idleExpiresAt: end }
    const outcomes = await Promise.all([here, there].map((each) => each!.rotate({ ...step, ...times })))
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['repeated', 'rotated'])
    expect((await there!.find(id))?.grant).toEqual(grant)
  }

  const [sessions, elsewhere] = [one, other].map((client) => redisSessionStore(client, shared))
  const times = { createdAt: 0, lastSeenAt: 0, idleExpiresAt: end, expiresAt: end, accessLifetime: 300 }
  for (const id of families) {
    const session = { ...times, id, subject: id, signInId: id, device: '' }
    await sessions!.create(session)
    expect(await elsewhere!.touch(id, { ...times, lastSeenAt: 5 })).toEqual({ ...session, lastSeenAt: 5 })
    expect(await elsewhere!.list(id)).toHaveLength(1)
    await elsewhere!.remove(id)
    expect(await sessions!.find(id)).toBeUndefined()
  }

  const revocations = [one, other].map((client) =>
    redisRevocationStore(client, { ...options, checkEvery: 0.2 }),
  )
  await Promise.all(revocations.map((each) => each.ready()))
  await revocations[0]!.revoke({ issuer: 'https://id.example.com', tokenId: 'a', until: end })
  // The bell tells the other one, without being asked.
  for (let look = 0; look < 200 && revocations[1]!.status().size === 0; look++) await wait(20)
  expect(revocations[1]!.status()).toMatchObject({ size: 1, phase: 'fresh', lastError: undefined })
  for (const each of revocations) each.close()
}

/** Whatever comes of it, no connection keeps the test alive. */
async function tryAndClose<Client extends RedisClient>(
  open: () => Client,
  connect: (client: Client) => Promise<unknown>,
  close: (client: Client) => unknown,
): Promise<void> {
  const [one, other] = [open(), open()]
  try {
    await Promise.all([connect(one), connect(other)])
    await tryStores(one, other)
  } finally {
    close(one)
    close(other)
  }
}

const atOnce = () => Promise.resolve()
const disconnect = (client: { disconnect(): void }) => {
  client.disconnect()
}
const connect = (client: { connect(): Promise<unknown> }) => client.connect()
const destroy = (client: { destroy(): unknown }) => client.destroy()

withRedis('clients', () => {
  let redis: RunningRedis
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.stop())

  test('ioredis 6, also where it connects at its first command', () =>
    tryAndClose(() => new Redis({ port: redis.port, lazyConnect: true }), atOnce, disconnect))

  test('ioredis 5', () => tryAndClose(() => new Redis5({ port: redis.port }), atOnce, disconnect))

  test('node-redis 6', () =>
    tryAndClose(() => createClient({ url: `redis://127.0.0.1:${redis.port}` }), connect, destroy))

  test('node-redis 5', () =>
    tryAndClose(() => createClient5({ url: `redis://127.0.0.1:${redis.port}` }), connect, destroy))
})

withRedis('a Cluster of three masters', () => {
  const nodes: RunningRedis[] = []
  beforeAll(async () => {
    nodes.push(...(await Promise.all([1, 2, 3].map(() => startRedis(['--cluster-enabled', 'yes'])))))
    const admins = nodes.map((node) => node.client())
    const [first] = admins
    for (const [index, admin] of admins.entries()) {
      const [from, to] = [index, index + 1].map((share) => Math.floor((share * SLOTS) / nodes.length))
      await admin.call('CLUSTER', ['ADDSLOTSRANGE', String(from), String(to! - 1)])
      await first!.call('CLUSTER', ['MEET', '127.0.0.1', String(nodes[index]!.port)])
    }
    for (const admin of admins) {
      for (let look = 0; look < 500; look++) {
        const info = String(await admin.call('CLUSTER', ['INFO']))
        if (info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3')) break
        await wait(20)
      }
    }
  }, 60_000)
  afterAll(() => Promise.all(nodes.map((node) => node.stop())))

  const seeds = () => nodes.map(({ port }) => ({ host: '127.0.0.1', port }))
  const rootNodes = () => nodes.map(({ port }) => ({ url: `redis://127.0.0.1:${port}` }))

  test('serves every store by ioredis 6, and spreads what it keeps', async () => {
    await tryAndClose(() => new Cluster(seeds()), atOnce, disconnect)
    for (const node of nodes) expect(await node.client().dbsize()).toBeGreaterThan(0)
  })

  test('serves every store by ioredis 5', () => tryAndClose(() => new Cluster5(seeds()), atOnce, disconnect))

  test('serves every store by node-redis 6', () =>
    tryAndClose(() => createCluster({ rootNodes: rootNodes() }), connect, destroy))

  test('serves every store by node-redis 5', () =>
    tryAndClose(() => createCluster5({ rootNodes: rootNodes() }), connect, destroy))

  test.each([
    ['6', (): NodeRedisCluster => createCluster({ rootNodes: rootNodes() })],
    ['5', (): NodeRedisCluster => createCluster5({ rootNodes: rootNodes() })],
  ] as const)('a store that is closed while node-redis %s connects leaves no connection', async (_, make) => {
    const cluster = make()
    cluster.on('error', () => undefined)
    await cluster.connect()
    const admin = nodes[0]!.client()
    const connections = async () =>
      String(await admin.call('CLIENT', ['LIST']))
        .trim()
        .split('\n').length
    const before = await connections()
    for (let turn = 0; turn < 8; turn++) {
      const own = await wireOf(cluster).another()
      await wait(turn % 4)
      own.close()
    }
    for (let look = 0; look < 200 && (await connections()) > before; look++) await wait(20)
    const after = await connections()
    cluster.destroy()
    expect(after).toBeLessThanOrEqual(before)
  })
})
