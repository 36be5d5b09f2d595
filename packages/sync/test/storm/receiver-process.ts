import {
  createReceiver,
  createSqlState,
  createSyncHandler,
  createSyncVerifier,
  sentBy,
  type Batch,
  type Receiver,
} from '@portcullis/sync'
import { sql, type Transaction } from 'kysely'
import { createServer } from 'node:http'
import { listen } from '../support/listen.ts'
import { createParty } from '../support/party.ts'
import { createFuse, readSetting, tell, type ToReceiver } from './messages.ts'
import { openDatabase, type StormTables } from './open.ts'

const { address, keys } = readSetting()
const [SENDER, RECEIVER] = ['https://sender.example.com', 'https://receiver.example.com']
const sender = createParty(SENDER, undefined, keys.sender)
const signer = createParty(RECEIVER, undefined, keys.receiver)
const database = await openDatabase(address)
const state = await createSqlState({ database })
const fuse = createFuse()

async function apply({ stream, pages }: Batch, transaction: Transaction<StormTables>): Promise<void> {
  fuse.pass('before-apply')
  for await (const page of pages) {
    await transaction
      .insertInto('applications')
      .values(page.map(({ sequence }) => ({ stream, sequence })))
      .execute()
    for (const { id, deleted, data } of page) {
      if (deleted) {
        await transaction
          .deleteFrom('items')
          .where((where) => where.and({ stream, id }))
          .execute()
        continue
      }
      await transaction
        .insertInto('items')
        .values({ stream, id, data: JSON.stringify(data) })
        .onConflict((conflict) =>
          conflict.columns(['stream', 'id']).doUpdateSet({ data: sql`excluded.data` }),
        )
        .execute()
    }
    fuse.pass('in-apply')
  }
  fuse.pass('after-apply')
}

let receiver: Receiver | undefined
const open = ({ stream, versioned, memoryBytes }: ToReceiver & { readonly kind: 'open' }) => {
  receiver = createReceiver({
    verifier: createSyncVerifier({ receiver: RECEIVER, senders: [{ issuer: SENDER, keys: sender.keys }] }),
    streams: { [stream]: { allow: sentBy(SENDER), versioned } },
    state,
    apply,
    signer,
    limits: { memoryBytes },
    onEvent({ kind }) {
      if (kind === 'applied') fuse.pass('after-commit')
    },
  })
}

const server = createServer((request, response) => {
  if (receiver === undefined) {
    response.destroy()
    return
  }
  createSyncHandler(receiver)(request, response).catch(() => response.destroy())
})
process.on('message', (message: ToReceiver) => {
  if (message.kind === 'arm') fuse.arm(message.crash)
  else {
    open(message)
    tell({ kind: 'opened' })
  }
})
process.on('disconnect', () => process.exit())
tell({ kind: 'ready', origin: await listen(server) })
