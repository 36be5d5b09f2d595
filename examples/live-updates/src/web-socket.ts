import {
  createAuthenticator,
  createAuthorizer,
  hasScope,
  nodeRequest,
  whenTokenEnds,
  type Auth,
  type AuthenticatorOptions,
  type Authorizer,
} from '@portcullis/core'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Feed } from './feed.js'
import { refuseUpgrade } from './refuse-upgrade.js'
import type { Watch } from './watch.js'

/** Codes from 4000 on are the application's own (RFC 6455 section 7.4.2): a client can tell what to do next. */
export const CLOSE_CODES = { expired: 4401, revoked: 4403, unknown: 1013 } as const

export interface WebSocketOptions {
  readonly path: string
  readonly publicOrigin: string
  readonly authentication: AuthenticatorOptions
  readonly feed: Feed
  readonly watch: Watch
}

/** Opens WebSockets to whom the token of the upgrade request allows it, and closes them when that token ends. */
export function acceptWebSockets(server: Server, options: WebSocketOptions): void {
  const { path, publicOrigin, authentication, feed, watch } = options
  const authenticate = createAuthenticator(authentication)
  const mayRead: Authorizer = createAuthorizer(hasScope('prices:read'))
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 })

  /** Before the connection is open: afterwards there is no response to refuse it with. */
  const admit = async (request: IncomingMessage): Promise<Auth> => {
    const auth = await authenticate(nodeRequest(request, () => publicOrigin + (request.url ?? '')))
    mayRead(auth)
    return auth
  }

  const serve = (connection: WebSocket, auth: Auth): void => {
    const stopListening = feed.listen((price) => {
      connection.send(JSON.stringify(price))
    })
    const stopWatching = whenTokenEnds(
      auth,
      (reason) => {
        stopListening()
        connection.close(CLOSE_CODES[reason], reason)
      },
      watch,
    )
    connection.on('error', () => {
      connection.terminate()
    })
    connection.on('close', () => {
      stopWatching()
      stopListening()
    })
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const hangUp = () => socket.destroy()
    socket.on('error', hangUp)
    if (request.url?.split('?', 1)[0] !== path) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n')
      return
    }
    admit(request).then(
      (auth) => {
        socket.off('error', hangUp)
        sockets.handleUpgrade(request, socket, head, (connection) => {
          serve(connection, auth)
        })
      },
      (error: unknown) => {
        refuseUpgrade(socket, error)
      },
    )
  })
}
