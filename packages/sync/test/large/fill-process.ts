import { createSqlOutbox } from '@portcullis/sync'
import { embeddedDatabase } from '@portcullis/sync/embedded'
import { randomBytes } from 'node:crypto'
import { countOf, readSetting, RECORD_BYTES, tell } from './setting.ts'

const { address, mebibytes } = readSetting()
const database = embeddedDatabase<object>(address)
const outbox = await createSqlOutbox({ database, stream: 'items' })
const count = countOf(mebibytes)
for (let at = 0; at < count; at += 64) {
  const records = Array.from({ length: Math.min(64, count - at) }, (_, index) => ({
    id: `item/${at + index}`,
    data: randomBytes(RECORD_BYTES / 2).toString('hex'),
  }))
  await database.transaction().execute((transaction) => outbox.append(transaction, records))
}
tell({ records: count })
process.disconnect()
