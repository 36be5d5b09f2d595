import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What answers requests; a promise it may return is its own business. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown

export interface Started {
  readonly url: string
  close(): Promise<void>
}

/** A server on loopback; its listener is made when its address is known. */
export async function start(listenerFor: (url: string) => Listener | Promise<Listener>): Promise<Started> {
  let listener: Listener = (_, response) => response.writeHead(503).end()
  const server: Server = createServer((request, response) => {
    listener(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  listener = await listenerFor(url)
  return {
    url,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
