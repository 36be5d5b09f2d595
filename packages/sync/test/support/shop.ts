import { hasScope } from '@portcullis/core'
import { createTestClock } from '@portcullis/testing'
import {
  createReceiver,
  createSqlState,
  createSyncHandler,
  createSyncVerifier,
  sentBy,
  type Batch,
  type ReceiverEvent,
  type ReceiverOptions,
  type SyncVerifierOptions,
} from '@portcullis/sync'
import { sql, type Transaction } from 'kysely'
import { createServer } from 'node:http'
import type { OpenDatabase, TestTables } from './databases.ts'
import { listen } from './listen.ts'
import { createParty, type Party } from './party.ts'

export const SHOP_A = 'https://shop-a.example.com'
export const SHOP_B = 'https://shop-b.example.com'
export const SHOP_C = 'https://shop-c.example.com'
export const ISSUER = 'https://id.example.com'

export interface ShopOptions {
  readonly receiver?: Partial<Omit<ReceiverOptions<Transaction<TestTables>>, 'verifier' | 'state'>>
  readonly verifier?: Partial<SyncVerifierOptions>
}

/** Writes what a batch holds, and that it did. */
export async function applyItems(batch: Batch, transaction: Transaction<TestTables>): Promise<void> {
  for await (const page of batch.pages) {
    const { stream } = batch
    await transaction
      .insertInto('applications')
      .values(page.map(({ sequence }) => ({ stream, sequence, position: String(sequence) })))
      .execute()
    for (const { id, data, deleted } of page) {
      if (deleted) await transaction.deleteFrom('items').where('id', '=', id).execute()
      else {
        await transaction
          .insertInto('items')
          .values({ id, data: JSON.stringify(data) })
          .onConflict((conflict) => conflict.column('id').doUpdateSet({ data: sql`excluded.data` }))
          .execute()
      }
    }
  }
}

/** A receiver called shop B on a real server, which knows shop A and shop C by their keys, and an issuer. */
export async function openShop(open: OpenDatabase, options: ShopOptions = {}) {
  const clock = createTestClock()
  const [a, b, c, issuer] = [SHOP_A, SHOP_B, SHOP_C, ISSUER].map((name) => createParty(name, clock)) as [
    Party,
    Party,
    Party,
    Party,
  ]
  const opened = await open()
  const { database, address } = opened
  const events: ReceiverEvent[] = []
  const verifier = createSyncVerifier({
    receiver: SHOP_B,
    senders: [
      { issuer: SHOP_A, keys: a.keys },
      { issuer: SHOP_C, keys: c.keys },
    ],
    issuers: [{ issuer: ISSUER, keys: issuer.keys }],
    clock,
    ...options.verifier,
  })
  const state = await createSqlState({ database })
  const receiver = createReceiver({
    verifier,
    state,
    streams: {
      orders: { allow: sentBy(SHOP_A) },
      stock: { allow: sentBy(SHOP_C) },
      prices: { allow: hasScope('sync:prices') },
    },
    apply: applyItems,
    signer: b,
    onEvent: (event) => events.push(event),
    ...options.receiver,
  })
  const handle = createSyncHandler(receiver)
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  const origin = await listen(server)
  const snapshot = async () => ({
    items: await database.selectFrom('items').selectAll().orderBy('id').execute(),
    applications: (await database.selectFrom('applications').select('sequence').execute())
      .map(({ sequence }) => Number(sequence))
      .sort((one, other) => one - other),
  })
  return {
    clock,
    a,
    b,
    c,
    issuer,
    database,
    address,
    state,
    receiver,
    events,
    origin,
    url: `${origin}/sync`,
    snapshot,
    async close() {
      server.closeAllConnections()
      server.close()
      await opened.close()
    },
  }
}

export type Shop = Awaited<ReturnType<typeof openShop>>
