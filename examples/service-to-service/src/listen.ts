import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What answers requests: the app of Express, the callback of Koa. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => unknown

/** A server that listens on loopback. */
export interface Listening {
  readonly url: string
  /** Ends the server and every connection that is still open. */
  stop(): Promise<void>
}

/** Starts a server on a free port of the loopback interface. */
export async function listen(handle: RequestHandler): Promise<Listening> {
  const server = createServer((request, response) => {
    handle(request, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}
