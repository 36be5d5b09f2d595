import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A way to a server on loopback that can be cut: nothing passes, and nobody is told. */
export interface Proxy {
  readonly port: number
  cut(): void
  mend(): void
  close(): Promise<void>
}

/** @param port to listen at; a free one when left out */
export async function startProxy(target: number, port = 0): Promise<Proxy> {
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', (data) => {
        to.write(data)
      })
      from.on('error', () => undefined)
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
    if (isCut) for (const each of [near, far]) each.pause()
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true
      for (const each of sockets) each.pause()
    },
    mend() {
      isCut = false
      for (const each of sockets) each.resume()
    },
    async close() {
      for (const each of sockets) each.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
