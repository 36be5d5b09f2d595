import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import {
  createIssuer,
  createKeyRing,
  directoryKeyRingStore,
  staticClients,
  toNodeHandler,
} from '@portcullis/issuer'
import { openIssuerStore } from '@portcullis/issuer/lmdb'

/** An issuer over HTTP on stores of the disk, with routes to sign in and to rotate the keys, until it is killed. */
const [keysIn = '', path = '', start = '0'] = process.argv.slice(2)
let now = Number(start)
const clock = () => now
const store = openIssuerStore({ path: join(path, 'store'), clock })
const keyRing = createKeyRing({
  store: keysIn === 'directory' ? directoryKeyRingStore(join(path, 'keys')) : store.keyRing,
  algorithm: 'EdDSA',
  publishDelay: 3,
  rotateEvery: 3600,
  maxTokenLifetime: 60,
  clock,
})
const issuer = createIssuer({
  issuer: 'http://127.0.0.1',
  keyRing,
  clients: staticClients([
    {
      id: 'web',
      authentication: { method: 'none' },
      grants: ['refresh_token'],
      access: { 'orders-api': ['orders:read'] },
    },
  ]),
  refreshTokens: store.refreshTokens,
  refreshGrace: 60,
  lifetime: 60,
  clock,
})
const routes: Readonly<Record<string, () => Promise<object>>> = {
  '/sign-in': () => issuer.signIn({ subject: 'alice', clientId: 'web' }),
  // Each rotation at a moment at which every verifier can have the next key.
  async '/rotate'() {
    now += 4
    await keyRing.rotate()
    return { now }
  },
}
const serveIssuer = toNodeHandler(issuer.handler)
const server = createServer((request, response) => {
  void serveIssuer(request, response, async () => {
    const answer = await routes[request.url ?? '']?.()
    response.end(JSON.stringify(answer))
  })
}).listen(0, '127.0.0.1')
await once(server, 'listening')
process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
