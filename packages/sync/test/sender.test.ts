import { createKeyRing } from '@portcullis/issuer'
import { localJwks } from '@portcullis/core'
import {
  createReceiver,
  createSender,
  createSqlOutbox,
  createSqlState,
  createSyncHandler,
  createSyncSigner,
  createSyncVerifier,
  sentBy,
  SyncStopped,
  type SenderEvent,
  type SenderOptions,
  type SqlOutbox,
} from '@portcullis/sync'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { databases, type TestTables, type TestDatabase } from './support/databases.ts'
import { applyItems, openShop, SHOP_A, SHOP_B, ISSUER, type Shop, type ShopOptions } from './support/shop.ts'
import { listen } from './support/listen.ts'
import { FAULTS, startProxy } from './support/proxy.ts'
import { createRandom } from './support/random.ts'

describe.each(databases)('a sender, on %s', (_, open) => {
  const closing: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })

  async function setUp(options: Partial<SenderOptions> = {}, shopOptions: ShopOptions = {}) {
    const shop = await openShop(open, shopOptions)
    closing.push(() => shop.close())
    const own = await open()
    closing.push(() => own.close())
    const outbox = await createSqlOutbox({ database: own.database, stream: options.stream ?? 'orders' })
    const events: SenderEvent[] = []
    const make = (more: Partial<SenderOptions> = {}) =>
      createSender({
        signer: shop.a,
        receiver: { name: SHOP_B, url: shop.url },
        receipts: { keys: shop.b.keys },
        stream: 'orders',
        outbox,
        backoff: { first: 0.001, most: 0.01 },
        batch: { records: 10 },
        clock: shop.clock,
        onEvent: (event) => events.push(event),
        ...options,
        ...more,
      } as SenderOptions)
    return { shop, own, outbox, events, make, sender: make() }
  }

  const fill = (own: TestDatabase, outbox: SqlOutbox<TestTables>, count: number, size = 10) =>
    own.database.transaction().execute((transaction) =>
      outbox.append(
        transaction,
        Array.from({ length: count }, (_each, index) => ({
          id: `order/${index}`,
          data: randomBytes(size).toString('base64'),
        })),
      ),
    )
  const applied = async (shop: Shop) => (await shop.snapshot()).applications
  const upTo = (count: number) => Array.from({ length: count }, (_each, index) => index + 1)

  test('sends what is in the outbox, in batches, and nothing the second time', async () => {
    const { shop, own, outbox, sender } = await setUp()
    await fill(own, outbox, 25)
    expect(await sender.push()).toEqual({ batches: 3, records: 25 })
    expect(await sender.push()).toEqual({ batches: 0, records: 0 })
    await fill(own, outbox, 1)
    expect(await sender.push()).toEqual({ batches: 1, records: 1 })
    expect(await applied(shop)).toEqual(upTo(26))
  })

  test.each([
    ['compressed', { encoding: 'gzip' }],
    ['hashed by sha-512', { digest: 'sha-512' }],
    ['too large for memory', { memoryBytes: 0, batch: { records: 1000 } }],
    ['too large for memory, compressed', { memoryBytes: 0, encoding: 'gzip', batch: { bytes: 50_000 } }],
  ] as const)('sends batches that are %s', async (_name, options) => {
    const { shop, own, outbox, sender } = await setUp(options, {
      receiver: { limits: { memoryBytes: 1000 } },
    })
    await fill(own, outbox, 100, 2000)
    await sender.push()
    expect(await applied(shop)).toEqual(upTo(100))
  })

  test('sends deletions', async () => {
    const { shop, own, outbox, sender } = await setUp()
    await own.database.transaction().execute((transaction) =>
      outbox.append(transaction, [
        { id: 'a', data: 1 },
        { id: 'b', data: 2 },
        { id: 'a', deleted: true },
      ]),
    )
    await sender.push()
    expect((await shop.snapshot()).items).toEqual([{ id: 'b', data: '2' }])
  })

  test('goes on at the cursor of the receiver, with a new memory of its own', async () => {
    const { shop, own, outbox, sender, make } = await setUp()
    await fill(own, outbox, 12)
    await sender.push()
    await own.database.deleteFrom('portcullis_sync_progress' as never).execute()
    await fill(own, outbox, 3)
    expect(await make().push()).toEqual({ batches: 1, records: 3 })
    expect(await applied(shop)).toEqual(upTo(15))
  })

  test('signs by a key ring, and believes receipts of another', async () => {
    const shop = await openShop(open)
    closing.push(() => shop.close())
    const { clock } = shop
    const [ringA, ringB] = [createKeyRing({ clock }), createKeyRing({ clock })]
    const receiver = createReceiver({
      verifier: createSyncVerifier({
        receiver: SHOP_B,
        senders: [{ issuer: SHOP_A, keys: localJwks(await ringA.jwks()) }],
        clock,
      }),
      streams: { orders: { allow: sentBy(SHOP_A) } },
      state: await createSqlState({ database: shop.database }),
      apply: applyItems,
      signer: createSyncSigner({ issuer: SHOP_B, keyRing: ringB, clock }),
    })
    const handle = createSyncHandler(receiver)
    const server = createServer((request, response) => void handle(request, response))
    closing.push(() => new Promise((resolve) => server.close(resolve)))
    const own = await open()
    closing.push(() => own.close())
    const outbox = await createSqlOutbox({ database: own.database, stream: 'orders' })
    await fill(own, outbox, 5)
    const sender = createSender({
      signer: createSyncSigner({ issuer: SHOP_A, keyRing: ringA, clock }),
      receiver: { name: SHOP_B, url: `${await listen(server)}/sync` },
      receipts: { keys: localJwks(await ringB.jwks()) },
      stream: 'orders',
      outbox,
      clock,
    })
    expect(await sender.push()).toEqual({ batches: 1, records: 5 })
    expect(await applied(shop)).toEqual(upTo(5))
    server.closeAllConnections()
  })

  test('sends by tokens of an issuer that bind each batch, and asks for a new one for each attempt', async () => {
    let asked = 0
    const { shop, own, outbox, make } = await setUp({ stream: 'prices' })
    const sender = make({
      signer: undefined as never,
      sender: 'warehouse-7',
      tokenSource({ audience, claims }) {
        if (++asked === 2) return Promise.reject(new Error('the issuer is away'))
        const iat = Math.floor(shop.clock())
        return shop.issuer.sign({
          ...claims,
          iss: ISSUER,
          sub: 'warehouse-7',
          aud: audience,
          scope: 'sync:prices',
          iat,
          exp: iat + 60,
          jti: randomBytes(16).toString('hex'),
        })
      },
    })
    await fill(own, outbox, 15)
    expect(await sender.push()).toEqual({ batches: 2, records: 15 })
    expect(asked).toBe(4)
  })

  test('renews a token that has expired on the way', async () => {
    const { shop, own, outbox, make, events } = await setUp()
    await fill(own, outbox, 5)
    let late = true
    const envelope: typeof shop.a.envelope = async (statement) => {
      const token = await shop.a.envelope(statement)
      if (statement.claims.kind === 'batch' && late) {
        late = false
        shop.clock.advance(120)
      }
      return token
    }
    const sender = make({ signer: { ...shop.a, envelope }, receipts: null })
    expect(await sender.push()).toEqual({ batches: 1, records: 5 })
    expect(events).toContainEqual(expect.objectContaining({ kind: 'failed', code: 'token_expired' }))
  })

  test.each([
    ['another sender has the right', { stream: 'stock' }, 'policy_refused'],
    ['nobody knows the stream', { stream: 'customers' }, 'stream_unknown'],
    ['nobody knows the schema', { schema: 9 }, 'schema_unsupported'],
  ] as const)('stops where %s, and says why', async (_name, options, code) => {
    const { own, outbox, sender } = await setUp(options)
    await fill(own, outbox, 5)
    await expect(sender.push()).rejects.toMatchObject({ name: 'SyncStopped', code })
  })

  test('stops where the receiver has applied something else than it has sent', async () => {
    const { own, outbox, sender, make } = await setUp()
    await fill(own, outbox, 5)
    await sender.push()
    await own.database
      .updateTable('portcullis_sync_progress' as never)
      .set({ digest: `sha-256=:${'A'.repeat(43)}=:` } as never)
      .execute()
    await expect(make().push()).rejects.toMatchObject({ code: 'receiver_disagrees' })
  })

  test('stops where the receiver has applied more than it remembers to have sent', async () => {
    const { own, outbox, sender, make } = await setUp()
    await fill(own, outbox, 5)
    await sender.push()
    await own.database
      .updateTable('portcullis_sync_progress' as never)
      .set({ sequence: 0, digest: 'none' } as never)
      .execute()
    await expect(make().push()).rejects.toMatchObject({ code: 'receiver_ahead' })
  })

  test('goes back for a receiver that was set back, once nothing old can be believed any more', async () => {
    const { shop, own, outbox, sender, make, events } = await setUp()
    await fill(own, outbox, 20)
    await sender.push()
    for (const table of ['portcullis_sync_cursors', 'portcullis_sync_batches', 'items', 'applications']) {
      await shop.database.deleteFrom(table as never).execute()
    }
    shop.clock.advance(200)
    expect(await make().push()).toEqual({ batches: 2, records: 20 })
    expect(events).toContainEqual({ kind: 'resumed', sequence: 0 })
    expect(await applied(shop)).toEqual(upTo(20))
  })

  test('waits where the bytes of a batch that is under way cannot be made again', async () => {
    const { shop, own, outbox, make, events } = await setUp()
    await fill(own, outbox, 5)
    const away = make({ receiver: { name: SHOP_B, url: 'http://127.0.0.1:1/sync' }, attempts: 2 })
    await expect(away.push()).rejects.toBeInstanceOf(SyncStopped)
    await outbox.keep(SHOP_B, {
      sequence: 0,
      digest: 'none',
      prepared: { first: 1, last: 5, digest: `sha-256=:${'A'.repeat(43)}=:`, encoding: 'identity' },
      validUntil: shop.clock() + 60,
      revision: 1,
    })
    const pushing = make().push()
    while (!events.some(({ kind }) => kind === 'waiting'))
      await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await applied(shop)).toEqual([])
    shop.clock.advance(100)
    expect(await pushing).toEqual({ batches: 1, records: 5 })
  })

  test('two processes that send one outbox do no harm to each other', async () => {
    const { shop, own, outbox, make } = await setUp({ attempts: 1000, batch: { records: 3 } })
    await fill(own, outbox, 60)
    await Promise.all([make().push(), make({ batch: { records: 7 } }).push(), make().push()])
    expect(await applied(shop)).toEqual(upTo(60))
    expect(await shop.state.alarms()).toEqual([])
  })

  test('goes on sending until it is told to stop', async () => {
    const { shop, own, outbox, sender } = await setUp()
    const stop = new AbortController()
    const running = sender.run({ signal: stop.signal, every: 0.01 })
    for (const count of [3, 6]) {
      await fill(own, outbox, 3)
      while ((await applied(shop)).length < count) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    stop.abort()
    await running
    expect(await applied(shop)).toEqual(upTo(6))
  })

  test('a push that is aborted rejects with the reason', async () => {
    const { own, outbox, make } = await setUp()
    await fill(own, outbox, 3)
    const sender = make({ receiver: { name: SHOP_B, url: 'http://127.0.0.1:1/sync' }, attempts: 1000 })
    const stop = new AbortController()
    const pushing = sender.push({ signal: stop.signal })
    stop.abort(new Error('enough'))
    await expect(pushing).rejects.toThrow('enough')
  })

  // The sender gets through all the same, and nothing is applied twice.
  test.each(FAULTS)(
    'somebody on the way who does %s delays the data, and does nothing else',
    async (fault) => {
      const { shop, own, outbox, make, events } = await setUp({ attempts: 100 })
      let requests = 0
      const chance = createRandom(fault.length)
      const proxy = await startProxy(shop.origin, () =>
        ++requests > 0 && chance() < 0.5 ? fault : undefined,
      )
      closing.push(() => proxy.close())
      await fill(own, outbox, 30)
      // The address that is signed is that of the proxy: the receiver is told by its public origin.
      const sender = make({ receiver: { name: SHOP_B, url: `${proxy.origin}/sync` } })
      await sender.push()
      expect(await applied(shop)).toEqual(upTo(30))
      expect(await shop.state.alarms()).toEqual([])
      expect(requests).toBeGreaterThan(3)
      expect(events.filter(({ kind }) => kind === 'acknowledged')).toHaveLength(3)
    },
  )
})
