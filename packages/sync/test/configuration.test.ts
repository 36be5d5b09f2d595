import { createVerifier } from '@portcullis/core'
import {
  createReceiver,
  createSender,
  createSqlOutbox,
  createSqlState,
  createSyncHandler,
  createSyncVerifier,
  httpTransport,
  sentBy,
  type SyncState,
} from '@portcullis/sync'
import { embeddedDatabase } from '@portcullis/sync/embedded'
import { createServer } from 'node:http'
import { databases } from './support/databases.ts'
import { bodyOf, order, send } from './support/forge.ts'
import { listen } from './support/listen.ts'
import { createParty } from './support/party.ts'
import { openShop, SHOP_A, SHOP_B, SHOP_C } from './support/shop.ts'

const [a, b] = [createParty(SHOP_A), createParty(SHOP_B)]
const database = embeddedDatabase<object>(':memory:')
afterAll(() => database.destroy())
const verifier = createSyncVerifier({ receiver: SHOP_B, senders: [{ issuer: SHOP_A, keys: a.keys }] })
const receiving = async () => ({
  verifier,
  streams: { orders: { allow: sentBy(SHOP_A) } },
  state: await createSqlState({ database }),
  apply: () => undefined,
})
const sending = async () => ({
  signer: a,
  receiver: { name: SHOP_B, url: 'http://127.0.0.1:1/sync' },
  receipts: { keys: b.keys },
  stream: 'orders',
  outbox: await createSqlOutbox({ database, stream: 'orders' }),
})

test.each([
  ['verifier', { verifier: createVerifier({ issuer: SHOP_A, audience: SHOP_B, keys: a.keys }) }],
  ['streams', { streams: {} }],
  ['streams', { streams: { '../orders': { allow: sentBy(SHOP_A) } } }],
  ['allow', { streams: { orders: {} } }],
  ['schemas', { streams: { orders: { allow: sentBy(SHOP_A), schemas: [] } } }],
  ['versioned', { streams: { orders: { allow: sentBy(SHOP_A), versioned: 1 } } }],
  ['state', { state: {} }],
  ['apply', { apply: undefined }],
  ['signer', { signer: createParty(SHOP_C) }],
  ['batchBytes', { limits: { batchBytes: 0 } }],
  ['inflationRatio', { limits: { inflationRatio: 2000 } }],
  ['spoolFolder', { spoolFolder: '' }],
  ['aply', { aply: () => undefined }],
] as const)('a receiver with a wrong %s is refused when it is made (%#)', async (option, wrong) => {
  const options = { ...(await receiving()), ...wrong }
  expect(() => createReceiver(options as never)).toThrow(new RegExp(`^${option}: `))
})

test.each([
  ['signer', { signer: undefined }],
  ['signer', { tokenSource: () => Promise.resolve('') }],
  ['sender', { sender: 'warehouse-7' }],
  ['receipts', { receipts: undefined }],
  ['url', { receiver: { name: SHOP_B, url: 'http://shop-b.example.com/sync' } }],
  ['url', { receiver: { name: SHOP_B, url: 'https://user:password@shop-b.example.com/sync' } }],
  ['receiver.name', { receiver: { url: 'https://shop-b.example.com/sync' } }],
  ['receiver.transport', { receiver: { name: SHOP_B, transport: {} } }],
  ['stream', { stream: 'two words' }],
  ['outbox', { outbox: {} }],
  ['encoding', { encoding: 'br' }],
  ['digest', { digest: 'md5' }],
  ['records', { batch: { records: 0 } }],
  ['clock', { clock: () => Date.now() }],
] as const)('a sender with a wrong %s is refused when it is made (%#)', async (option, wrong) => {
  const options = { ...(await sending()), ...wrong }
  expect(() => createSender(options as never)).toThrow(new RegExp(`^${option.replace('.', '\\.')}: `))
})

test('a verifier of envelopes must trust somebody', () => {
  expect(() => createSyncVerifier({ receiver: SHOP_B })).toThrow(/^senders: /)
  expect(() => createSyncVerifier({ receiver: '', senders: [{ issuer: SHOP_A }] })).toThrow(/^receiver: /)
  expect(() => sentBy('')).toThrow(/^sentBy\(\): /)
})

test('a handler is told its origin without a path', async () => {
  const receiver = createReceiver(await receiving())
  for (const publicOrigin of ['https://shop-b.example.com/sync', 'shop-b.example.com', 'ftp://shop-b']) {
    expect(() => createSyncHandler(receiver, { publicOrigin })).toThrow(/^publicOrigin: /)
  }
})

test('plain http off loopback must be asked for', () => {
  const url = 'http://shop-b.example.com/sync'
  expect(httpTransport({ url, allowInsecureHttp: true }).bindings.batch).toEqual({
    method: 'POST',
    target: url,
  })
})

test.each([
  [{ id: '../a', data: 1 }],
  [{ id: 'a' }],
  [{ id: 'a', data: undefined }],
  [{ id: 'a', data: 1, version: 0 }],
  [{ id: 'a', data: () => undefined }],
])('an outbox refuses what a receiver would refuse: %j', async (record) => {
  const outbox = await createSqlOutbox({ database, stream: 'orders' })
  const appending = database
    .transaction()
    .execute((transaction) => outbox.append(transaction, [record as never]))
  await expect(appending).rejects.toBeInstanceOf(TypeError)
})

describe.each(databases)('a state that fails, on %s', (_, open) => {
  test.each(['cursor', 'transaction'] as const)(
    'at its %s asks the sender to try later, and says nothing of why',
    async (method) => {
      const shop = await openShop(open)
      const away = () => Promise.reject(new Error('a secret'))
      const state = { ...shop.state, [method]: away } as SyncState<unknown>
      const broken = createReceiver({
        verifier: createSyncVerifier({
          receiver: SHOP_B,
          senders: [{ issuer: SHOP_A, keys: shop.a.keys }],
          clock: shop.clock,
        }),
        streams: { orders: { allow: sentBy(SHOP_A) } },
        state,
        apply: () => undefined,
        signer: shop.b,
      })
      const handle = createSyncHandler(broken)
      const server = createServer((request, response) => void handle(request, response))
      const url = `${await listen(server)}/sync`
      const headers = { host: new URL(url).host }
      const { status, body } = await send(shop, bodyOf([order(1)]), { htu: url }, { url, headers })
      expect({ status, ...body }).toMatchObject({ status: 503, code: 'state_unavailable', action: 'retry' })
      expect(JSON.stringify(body)).not.toContain('a secret')
      server.close()
      await shop.close()
    },
  )
})
