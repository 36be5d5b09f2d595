import { createServer, type IncomingHttpHeaders } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { status, type Answer } from './answers.js'

export interface Asked {
  readonly path: string
  readonly headers: IncomingHttpHeaders
}

/** A server on loopback that answers as it is told to and remembers what it was asked. */
export interface KeyServer {
  readonly origin: string
  readonly jwksUri: string
  /** Every request so far, in order. */
  readonly asked: readonly Asked[]
  /** How often a path was asked for. */
  count(path?: string): number
  /** Resolves when a path has been asked for so many times. */
  arrived(times: number, path?: string): Promise<void>
  /** What to answer from now on. */
  answer(answer: Answer, path?: string): void
  /** Connections that are open now. */
  connections(): number
  close(): Promise<void>
}

export async function startKeyServer(first: Answer = status(404)): Promise<KeyServer> {
  const answers = new Map<string, Answer>([['/jwks', first]])
  const asked: Asked[] = []
  const waiting = new Set<() => void>()
  const sockets = new Set<Socket>()

  const server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push({ path, headers: request.headers })
    const answer = answers.get(path) ?? status(404)
    answer(response, request)
    for (const look of waiting) look()
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const count = (path = '/jwks') => asked.filter((one) => one.path === path).length

  return {
    origin,
    jwksUri: `${origin}/jwks`,
    asked,
    count,
    arrived: (times, path = '/jwks') =>
      new Promise((resolve) => {
        const look = () => {
          if (count(path) < times) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    answer(answer, path = '/jwks') {
      answers.set(path, answer)
    },
    connections: () => sockets.size,
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      if (server.listening) await once(server, 'close')
    },
  }
}
