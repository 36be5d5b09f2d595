import {
  authenticate,
  authorize,
  authorizationHeader,
  cookie,
  hasScope,
  problemDetails,
} from '@portcullis/express'
import type { AuthenticatorOptions } from '@portcullis/core'
import express from 'express'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { eventStream } from './event-stream.js'
import type { Feed } from './feed.js'
import type { Issuer } from './issuer.js'
import type { Watch } from './watch.js'
import { acceptWebSockets } from './web-socket.js'

export const COOKIE = '__Host-live-prices'
/** The pages of this system, on an origin of their own. */
export const PAGES = 'https://shop.example.com'

export interface LiveServerOptions {
  readonly issuer: Issuer
  readonly feed: Feed
  readonly watch: Watch
  /** Seconds since the epoch; a service of yours leaves it out. */
  readonly clock: () => number
}

export interface LiveServer {
  /** `127.0.0.1:4000`, for example. */
  readonly host: string
  /** Ends the server and every connection that is still open. */
  stop(): Promise<void>
}

/** Starts a server with live prices at `/live` (WebSocket) and `/events` (server-sent events). */
export async function startLiveServer({
  issuer,
  feed,
  watch,
  clock,
}: LiveServerOptions): Promise<LiveServer> {
  const authentication: AuthenticatorOptions = {
    issuer: issuer.issuer,
    audience: issuer.audience,
    keys: issuer.keys,
    // Services send a header. Browsers cannot, for a WebSocket or an EventSource: they send a cookie.
    credentials: [authorizationHeader(), cookie(COOKIE)],
    csrf: { origins: [PAGES] },
    revocation: watch.revocation,
    clock,
  }

  const app = express()
  app.use(authenticate(authentication))
  app.get('/events', authorize(hasScope('prices:read')), eventStream(feed, watch))
  app.use(problemDetails())

  const server = createServer(app)
  const connections = new Set<Socket>()
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.on('close', () => connections.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  acceptWebSockets(server, { path: '/live', publicOrigin: `http://${host}`, authentication, feed, watch })

  return {
    host,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        // Open WebSockets are no longer the server's own: it would wait for them for ever.
        for (const socket of connections) socket.destroy()
      }),
  }
}
