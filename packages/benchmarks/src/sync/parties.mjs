import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { localJwks } from '@portcullis/core'
import { createKeyRing } from '@portcullis/issuer'
import {
  createReceiver,
  createSender,
  createSqlOutbox,
  createSqlState,
  createSyncHandler,
  createSyncSigner,
  createSyncVerifier,
  sentBy,
} from '@portcullis/sync'
import { embeddedDatabase } from '@portcullis/sync/embedded'
import { sql } from 'kysely'
import { plainHandler, plainPush } from './plain.mjs'

const SENDER = 'https://sender.example.com'
const RECEIVER = 'https://receiver.example.com'
const GIBIBYTE = 2 ** 30

/** What both do with a page of records: one statement for all of them. */
const write = (transaction, records) =>
  transaction
    .insertInto('items')
    .values(records.map(({ id, data }) => ({ id, data: JSON.stringify(data) })))
    .execute()

/** Who carries an outbox to a database over HTTP; each has the same databases, records and batches. */
export const CARRIERS = {
  async signed({ outbox, database, batch, encoding }) {
    const [senderRing, receiverRing] = [createKeyRing(), createKeyRing()]
    const receiver = createReceiver({
      verifier: createSyncVerifier({
        receiver: RECEIVER,
        senders: [{ issuer: SENDER, keys: localJwks(await senderRing.jwks()) }],
      }),
      streams: { items: { allow: sentBy(SENDER) } },
      state: await createSqlState({ database }),
      signer: createSyncSigner({ issuer: RECEIVER, keyRing: receiverRing }),
      limits: {
        batchBytes: 4 * GIBIBYTE,
        inflatedBytes: 4 * GIBIBYTE,
        inflationRatio: 1032,
        records: 1_000_000,
      },
      async apply({ pages }, transaction) {
        for await (const page of pages) await write(transaction, page)
      },
    })
    const { url, close } = await serve(createSyncHandler(receiver))
    const sender = createSender({
      signer: createSyncSigner({ issuer: SENDER, keyRing: senderRing }),
      receiver: { name: RECEIVER, url },
      receipts: { keys: localJwks(await receiverRing.jwks()) },
      stream: 'items',
      outbox,
      batch,
      encoding,
    })
    return { push: () => sender.push(), close }
  },
  /** The same lines in the same batches, a transaction and a cursor on both sides, and nothing checked. */
  async plain({ outbox, database, own, batch, encoding }) {
    const { url, close } = await serve(await plainHandler(database, write, encoding))
    return { push: () => plainPush({ url, outbox, own, batch, encoding }), close }
  },
}

async function serve(handle) {
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${server.address().port}/`, close }
}

/** Two new databases, and an outbox that is filled. */
export async function openDatabases(folder, records) {
  const own = embeddedDatabase(join(folder, 'sender'))
  const database = embeddedDatabase(join(folder, 'receiver'))
  await sql`create table items (id text primary key, data text)`.execute(database)
  const outbox = await createSqlOutbox({ database: own, stream: 'items' })
  for (let at = 0; at < records.length; at += 100) {
    await own.transaction().execute((transaction) => outbox.append(transaction, records.slice(at, at + 100)))
  }
  return { own, database, outbox, close: () => Promise.all([own.destroy(), database.destroy()]) }
}
