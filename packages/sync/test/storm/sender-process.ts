import { createSender, createSqlOutbox, httpTransport, type Outbox, type Transport } from '@portcullis/sync'
import { createParty } from '../support/party.ts'
import { createFuse, readSetting, tell, type ToSender, type Work } from './messages.ts'
import { openDatabase } from './open.ts'
import { recordsOf } from './plan.ts'

const { address, keys } = readSetting()
const [SENDER, RECEIVER] = ['https://sender.example.com', 'https://receiver.example.com']
const signer = createParty(SENDER, undefined, keys.sender)
const receiverKeys = createParty(RECEIVER, undefined, keys.receiver).keys
const database = await openDatabase(address)
const fuse = createFuse()

/** The same outbox, with places to crash in. */
function fragile(outbox: Outbox): Outbox {
  return {
    ...outbox,
    async keep(receiver, progress) {
      if (progress.prepared === undefined) fuse.pass('before-acknowledge')
      const kept = await outbox.keep(receiver, progress)
      fuse.pass(progress.prepared === undefined ? 'after-acknowledge' : 'after-prepare')
      return kept
    },
  }
}

function fragileTransport(url: string): Transport {
  const transport = httpTransport({ url, idleSeconds: 10 })
  return {
    ...transport,
    send: (kind, envelope, body, signal) =>
      transport.send(
        kind,
        envelope,
        body && {
          ...body,
          async *read() {
            for await (const chunk of body.read()) {
              const half = chunk.byteLength >> 1
              yield chunk.subarray(0, half)
              fuse.pass('in-body')
              yield chunk.subarray(half)
            }
          },
        },
        signal,
      ),
  }
}

async function work({ stream, url, batch, encoding, memoryBytes, ...plan }: Work): Promise<void> {
  const outbox = await createSqlOutbox({ database, stream })
  const records = recordsOf(plan)
  // After a crash they may be there already: all of them, or none.
  const isThere = await outbox.read(0)[Symbol.asyncIterator]().next()
  if (isThere.done === true) {
    await database.transaction().execute((transaction) => outbox.append(transaction, records))
    fuse.pass('after-append')
  }
  const sender = createSender({
    signer,
    receiver: { name: RECEIVER, transport: fragileTransport(url) },
    receipts: { keys: receiverKeys },
    stream,
    outbox: fragile(outbox),
    encoding,
    memoryBytes,
    batch: { records: batch },
    backoff: { first: 0.002, most: 0.05 },
    attempts: 1_000_000,
  })
  await sender.push()
}

process.on('message', (message: ToSender) => {
  if (message.kind === 'arm') {
    fuse.arm(message.crash)
    return
  }
  work(message.work).then(
    () => tell({ kind: 'done' }),
    (error: unknown) => tell({ kind: 'failed', reason: String(error) }),
  )
})
process.on('disconnect', () => process.exit())
tell({ kind: 'ready' })
