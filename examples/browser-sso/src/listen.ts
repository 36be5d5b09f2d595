import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What answers requests: the app of Express, the callback of Koa. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => unknown

/** A server that listens on loopback, under a name of its own. */
export interface Listening {
  readonly port: number
  /** As browsers address it. They take every name below `localhost` for this machine. */
  readonly origin: string
  serve(handle: RequestHandler): void
  /** Ends the server and every connection that is still open. */
  stop(): Promise<void>
}

/** Starts a server on a free port of the loopback interface; what it serves may need to know the port. */
export async function listen(host: string): Promise<Listening> {
  let answer: RequestHandler = (_request, response) => response.writeHead(503).end()
  const server = createServer((request, response) => {
    answer(request, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    origin: `http://${host}:${port}`,
    serve(handle) {
      answer = handle
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
