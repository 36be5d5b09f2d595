import { createSender, createSqlOutbox } from '@portcullis/sync'
import { embeddedDatabase } from '@portcullis/sync/embedded'
import { randomBytes } from 'node:crypto'
import { createParty } from '../support/party.ts'
import { maximumMebibytes, readSetting, RECEIVER, RECORD_BYTES, SENDER, tell } from './setting.ts'

const { address, keys, url, mebibytes, encoding } = readSetting()
const database = embeddedDatabase<object>(address)
const outbox = await createSqlOutbox({ database, stream: 'items' })
const count = Math.ceil((mebibytes * 2 ** 20) / RECORD_BYTES)
for (let at = 0; at < count; at += 64) {
  const records = Array.from({ length: Math.min(64, count - at) }, (_, index) => ({
    id: `item/${at + index}`,
    data: randomBytes(RECORD_BYTES / 2).toString('hex'),
  }))
  await database.transaction().execute((transaction) => outbox.append(transaction, records))
}
const started = performance.now()
const sender = createSender({
  signer: createParty(SENDER, undefined, keys.sender),
  receiver: { name: RECEIVER, url, idleSeconds: 600 },
  receipts: { keys: createParty(RECEIVER, undefined, keys.receiver).keys },
  stream: 'items',
  outbox,
  encoding,
  batch: { records: count, bytes: 2 ** 40 },
})
const { batches, records } = await sender.push()
if (batches !== 1) throw new Error(`${batches} batches`)
tell({ maximumMebibytes: maximumMebibytes(), records, seconds: (performance.now() - started) / 1000 })
process.disconnect()
