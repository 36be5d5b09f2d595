import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Answer } from '../../keys/remote/support/answers.js'

/** A question as it arrived. */
export interface Question {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly form: Readonly<Record<string, string>>
}

/** An introspection endpoint on loopback that answers as it is told to, and remembers what it was asked. */
export interface Endpoint {
  readonly url: string
  /** Every question so far, in order. */
  readonly questions: readonly Question[]
  /** What to answer from now on. */
  answer(answer: Answer): void
  /** Resolves when so many questions have arrived. */
  arrived(times: number): Promise<void>
  close(): Promise<void>
}

export async function startEndpoint(first: Answer): Promise<Endpoint> {
  const questions: Question[] = []
  const waiting = new Set<() => void>()
  let current = first

  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url: path = '', headers } = request
      questions.push({ method, path, headers, form: Object.fromEntries(new URLSearchParams(body)) })
      current(response, request)
      for (const look of waiting) look()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/introspect`,
    questions,
    answer(answer) {
      current = answer
    },
    arrived: (times) =>
      new Promise((resolve) => {
        const look = () => {
          if (questions.length < times) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    async close() {
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
