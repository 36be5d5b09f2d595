import { remoteJwks } from '@portcullis/core'
import { createKeyRing, directoryKeyRingStore, jwksHandler, toNodeHandler } from '@portcullis/issuer'
import {
  createReceiver,
  createSender,
  createSqlOutbox,
  createSqlState,
  createSyncSigner,
  createSyncVerifier,
  httpTransport,
  sentBy,
} from '@portcullis/sync'
import { receiveBatches } from '@portcullis/sync/express'
import express from 'express'
import { join } from 'node:path'
import { applyOrders, applyStock } from './apply.js'
import { armCrash, crashingOutbox, crashingTransport, crashPoint } from './crash-points.js'
import { openDatabase } from './database.js'
import type { Command, News, Setting } from './messages.js'
import { fillStock, ordersFrom, takeOrders } from './orders.js'
import { NAMES, OTHER_SIDE, STREAMS } from './parties.js'

const { side, folder, port, sendTo, keysOfOther, publicOrigin } = JSON.parse(
  process.env.SIDE_SETTING ?? '{}',
) as Setting
const tell = (news: News) => process.send?.(news)

const name = NAMES[side]
const other = { issuer: NAMES[OTHER_SIDE[side]], keys: remoteJwks(keysOfOther) }
const database = await openDatabase(join(folder, 'shop.db'))
const outbox = await createSqlOutbox({ database, stream: STREAMS[side] })
const keyRing = createKeyRing({ store: directoryKeyRingStore(join(folder, 'keys')) })
const signer = createSyncSigner({ issuer: name, keyRing })

const receiver = createReceiver({
  verifier: createSyncVerifier({ receiver: name, senders: [other] }),
  streams: { [STREAMS[OTHER_SIDE[side]]]: { allow: sentBy(other.issuer), versioned: side === 'shop' } },
  state: await createSqlState({ database }),
  apply: side === 'warehouse' ? applyOrders(outbox) : applyStock(),
  signer,
  onEvent(event) {
    if (event.kind === 'applied') crashPoint('a batch is committed, and not acknowledged')
    if (event.kind === 'refused') tell({ kind: 'refused', code: event.code })
  },
})

const sender = createSender({
  signer,
  receiver: { name: other.issuer, transport: crashingTransport(httpTransport({ url: sendTo })) },
  receipts: { keys: other.keys },
  stream: STREAMS[side],
  outbox: crashingOutbox(outbox),
  batch: { records: 25 },
  backoff: { first: 0.01, most: 0.2 },
})

const commands: Readonly<Record<Command['kind'], (command: never) => Promise<void> | void>> = {
  start: () => sender.run({ every: 0.02 }),
  async 'take orders'({ first, count }: Command & { readonly kind: 'take orders' }) {
    await takeOrders(database, outbox, ordersFrom(first, count))
    crashPoint('records are in the outbox')
  },
  crash({ point }: Command & { readonly kind: 'crash' }) {
    armCrash(point)
  },
}
process.on('message', (command: Command) => {
  Promise.resolve(commands[command.kind](command as never)).catch((error: unknown) => {
    tell({ kind: 'stopped', reason: String(error) })
  })
})
process.on('disconnect', () => process.exit())

if (side === 'warehouse') await fillStock(database, outbox)
const app = express()
app.use('/sync', receiveBatches(receiver, { publicOrigin }))
app.use('/jwks', (request, response, next) => {
  toNodeHandler(jwksHandler(keyRing))(request, response, next).catch(next)
})
app.listen(port, '127.0.0.1', () => tell({ kind: 'listening' }))
