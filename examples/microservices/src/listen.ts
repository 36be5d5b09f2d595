import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What answers requests: the app of Express, the callback of Koa. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => unknown

/** A server that listens on loopback. */
export interface Listening {
  readonly url: string
  /** Until then every request gets 503: an address must be known before whoever answers there can be made. */
  serve(handle: RequestHandler): void
  /** False drops every connection, those that are open as well, until it is true again. */
  setReachable(reachable: boolean): void
  /** Ends the server and every connection that is still open. */
  stop(): Promise<void>
}

const notYet: RequestHandler = (_request, response) => response.writeHead(503, { 'Retry-After': '1' }).end()

/** Starts a server on a free port of the loopback interface. */
export async function listen(): Promise<Listening> {
  let handle = notYet
  const server = createServer((request, response) => {
    handle(request, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  let isReachable = true
  server.on('connection', (socket) => {
    if (!isReachable) socket.destroy()
  })
  return {
    url: `http://127.0.0.1:${port}`,
    serve(next) {
      handle = next
    },
    setReachable(reachable) {
      isReachable = reachable
      if (!reachable) server.closeAllConnections()
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}
