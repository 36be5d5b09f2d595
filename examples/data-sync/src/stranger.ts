import { remoteJwks } from '@portcullis/core'
import {
  createReceiver,
  createSqlState,
  createSyncHandler,
  createSyncVerifier,
  sentBy,
} from '@portcullis/sync'
import { createServer } from 'node:http'
import { openDatabase } from './database.js'
import { listen } from './hostile-proxy.js'
import { NAMES } from './parties.js'

/** Another receiver, who knows the web shop as well, and would take its orders if they were for him. */
export async function startStranger(keysOfShop: string) {
  const database = await openDatabase(':memory:')
  const refusals: string[] = []
  let applied = 0
  const receiver = createReceiver({
    verifier: createSyncVerifier({
      receiver: NAMES.stranger,
      senders: [{ issuer: NAMES.shop, keys: remoteJwks(keysOfShop) }],
    }),
    streams: { orders: { allow: sentBy(NAMES.shop) } },
    state: await createSqlState({ database }),
    apply() {
      applied++
    },
    onEvent(event) {
      if (event.kind === 'refused') refusals.push(event.code)
    },
  })
  const handle = createSyncHandler(receiver)
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  return {
    origin: await listen(server),
    refusals,
    applied: () => applied,
    async close() {
      server.close()
      server.closeAllConnections()
      await database.destroy()
    },
  }
}
