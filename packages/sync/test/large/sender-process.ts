import { createSender, createSqlOutbox } from '@portcullis/sync'
import { embeddedDatabase } from '@portcullis/sync/embedded'
import { createParty } from '../support/party.ts'
import { countOf, maximumMebibytes, readSetting, RECEIVER, SENDER, tell } from './setting.ts'

const { address, keys, url, mebibytes, encoding } = readSetting()
const database = embeddedDatabase<object>(address)
const outbox = await createSqlOutbox({ database, stream: 'items' })
const count = countOf(mebibytes)
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
