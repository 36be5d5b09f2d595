import type { RevocationStore } from '@portcullis/core'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { WebSocket } from 'ws'
import { openEventStream, openWebSocket } from '../src/client.js'
import { createStoryClock } from '../src/clock.js'
import { createFeed } from '../src/feed.js'
import { createIssuer } from '../src/issuer.js'
import { startLiveServer, type LiveServer } from '../src/live-server.js'

const servers: LiveServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

const NEVER: RevocationStore = { isRevoked: () => false }

async function openServer(revocation: RevocationStore = NEVER) {
  const clock = createStoryClock()
  const issuer = await createIssuer(clock.now)
  const feed = createFeed()
  const watch = { revocation, checkEvery: 0.1 }
  const server = await startLiveServer({ issuer, feed, watch, clock: clock.now })
  servers.push(server)
  const headers = { authorization: `Bearer ${await issuer.token('alice')}` }
  return { clock, issuer, feed, headers, ...server }
}

/** What a request for a WebSocket is answered with, when it is refused. */
async function upgradeOf(host: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const asked = request(`http://${host}/live`, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    },
  })
  asked.end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  return response
}

test('an upgrade is refused as any request is: status, challenge and JSON', async () => {
  const { host } = await openServer()
  const response = await upgradeOf(host, { authorization: 'Bearer nonsense' })
  expect(response.statusCode).toBe(401)
  expect(response.headers).toMatchObject({
    'www-authenticate': 'Bearer error="invalid_token", error_description="The access token is invalid"',
    'cache-control': 'no-store',
    'content-type': 'application/problem+json',
  })
  expect(JSON.parse(await text(response))).toMatchObject({ status: 401, code: 'token_invalid' })
})

test('an upgrade without the scope is refused, and nobody listens', async () => {
  const { host, issuer, feed } = await openServer()
  const response = await upgradeOf(host, {
    authorization: `Bearer ${await issuer.token('alice', 'news:read')}`,
  })
  expect(response.statusCode).toBe(403)
  expect(response.headers['www-authenticate']).toContain('scope="prices:read"')
  expect(JSON.parse(await text(response))).toMatchObject({ code: 'scope_insufficient' })
  expect(feed.listeners()).toBe(0)
})

test('a WebSocket elsewhere is not found', async () => {
  const { host, headers } = await openServer()
  const socket = new WebSocket(`ws://${host}/elsewhere`, { headers })
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
  expect(response.statusCode).toBe(404)
  socket.on('error', () => undefined).terminate()
})

test('two tokens are refused, one in the header and one in the cookie', async () => {
  const { host, headers, issuer } = await openServer()
  const cookie = `__Host-live-prices=${await issuer.token('alice')}`
  const response = await upgradeOf(host, { ...headers, cookie, origin: 'https://shop.example.com' })
  expect(response.statusCode).toBe(400)
  response.resume()
})

test('a WebSocket whose token cannot be checked any more is asked to try again later', async () => {
  let isAway = false
  const { host, headers } = await openServer({
    isRevoked() {
      if (isAway) throw new Error('away')
      return false
    },
  })
  const { ended } = await openWebSocket(host, headers)
  isAway = true
  expect(await ended).toBe('1013 unknown')
})

test('an event stream whose token has expired says so, and ends', async () => {
  const { host, headers, clock } = await openServer()
  const { ended } = await openEventStream(host, headers)
  clock.pass(3600)
  expect(await ended).toBe('expired')
})

test.each([
  ['a WebSocket', openWebSocket],
  ['an event stream', openEventStream],
])('when a client leaves %s, its token is not watched any longer', async (_, open) => {
  let asked = 0
  const { host, headers, feed } = await openServer({
    isRevoked() {
      asked++
      return false
    },
  })
  const connection = await open(host, headers)
  expect(feed.listeners()).toBe(1)
  connection.close()
  await until(() => feed.listeners() === 0)
  const then = asked
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(asked).toBe(then)
})

test('a client that hangs up in the middle of the upgrade does no harm', async () => {
  const { host, headers } = await openServer()
  const [name = '', port] = host.split(':')
  for (let attempt = 0; attempt < 20; attempt++) {
    const socket = connect(Number(port), name)
    await once(socket, 'connect')
    const lines = ['GET /live HTTP/1.1', `Host: ${host}`, 'Connection: Upgrade', 'Upgrade: websocket']
    socket.write([...lines, `Authorization: ${headers.authorization}`, '', ''].join('\r\n'))
    socket.resetAndDestroy()
  }
  const connection = await openWebSocket(host, headers)
  connection.close()
})

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}
