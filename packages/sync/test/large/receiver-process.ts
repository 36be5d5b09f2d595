import {
  createReceiver,
  createSqlState,
  createSyncHandler,
  createSyncVerifier,
  sentBy,
} from '@portcullis/sync'
import { embeddedDatabase } from '@portcullis/sync/embedded'
import { sql } from 'kysely'
import { createServer } from 'node:http'
import { listen } from '../support/listen.ts'
import { createParty } from '../support/party.ts'
import { maximumMebibytes, readSetting, RECEIVER, SENDER, tell } from './setting.ts'

const { address, keys } = readSetting()
const database = embeddedDatabase<{ items: { id: string; data: string } }>(address)
await sql`create table items (id text primary key, data text)`.execute(database)
const gibibyte = 2 ** 30
const receiver = createReceiver({
  verifier: createSyncVerifier({
    receiver: RECEIVER,
    senders: [{ issuer: SENDER, keys: createParty(SENDER, undefined, keys.sender).keys }],
  }),
  streams: { items: { allow: sentBy(SENDER) } },
  state: await createSqlState({ database }),
  limits: { batchBytes: 2 * gibibyte, inflatedBytes: 2 * gibibyte, records: 1_000_000, inflationRatio: 1032 },
  signer: createParty(RECEIVER, undefined, keys.receiver),
  async apply({ pages }, transaction) {
    for await (const page of pages) {
      const items = page.map(({ id, data }) => ({ id, data: JSON.stringify(data) }))
      await transaction.insertInto('items').values(items).execute()
    }
  },
})
const handle = createSyncHandler(receiver)
const server = createServer((request, response) => {
  handle(request, response).catch(() => response.destroy())
})

async function report(): Promise<void> {
  const { count } = await database
    .selectFrom('items')
    .select((select) => select.fn.countAll().as('count'))
    .executeTakeFirstOrThrow()
  tell({ maximumMebibytes: maximumMebibytes(), records: Number(count) })
}
process.on('message', () => void report())
process.on('disconnect', () => process.exit())
tell({ origin: await listen(server) })
