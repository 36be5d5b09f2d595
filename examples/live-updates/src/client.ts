import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { WebSocket } from 'ws'
import type { Price } from './feed.js'

/** A connection as a client sees it. */
export interface Connection {
  /** The prices that came, oldest first. */
  readonly prices: readonly Price[]
  /** How it ended: a WebSocket with its code, a stream with its last event. */
  readonly ended: Promise<string>
  close(): void
}

/** Was refused: `401 credentials_missing`, for example. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

async function refusal(response: IncomingMessage): Promise<Refused> {
  const { code = '' } = JSON.parse((await text(response)) || '{}') as { code?: string }
  return new Refused(`${response.statusCode ?? 0} ${code}`)
}

export type Headers = Readonly<Record<string, string>>

/** @throws Refused */
export function openWebSocket(host: string, headers: Headers): Promise<Connection> {
  const socket = new WebSocket(`ws://${host}/live`, { headers, handshakeTimeout: 5000 })
  const prices: Price[] = []
  socket.on('message', (data: Buffer) => prices.push(JSON.parse(data.toString()) as Price))
  const ended = new Promise<string>((resolve) => {
    socket.on('close', (code, reason) => {
      resolve(`${code} ${reason.toString()}`)
    })
  })
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      resolve({
        prices,
        ended,
        close: () => {
          socket.close()
        },
      })
    })
    socket.on('unexpected-response', (_request, response) => {
      void refusal(response).then(reject)
    })
    socket.on('error', reject)
  })
}

/** @throws Refused */
export function openEventStream(host: string, headers: Headers): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const asked = request(`http://${host}/events`, { headers }, (response) => {
      if (response.statusCode === 200) resolve(readEvents(response, () => asked.destroy()))
      else void refusal(response).then(reject)
    })
    asked.on('error', reject)
    asked.end()
  })
}

/** Server-sent events as this server writes them: one line of data, and a name for the last one. */
function readEvents(response: IncomingMessage, close: () => void): Connection {
  const prices: Price[] = []
  let unread = ''
  let last = 'without a word'
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const events = (unread + chunk).split('\n\n')
    unread = events.pop() ?? ''
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event)?.[1] ?? ''
      if (event.startsWith('event: end')) last = data
      else prices.push(JSON.parse(data) as Price)
    }
  })
  const ended = new Promise<string>((resolve) => {
    response.on('close', () => {
      resolve(last)
    })
  })
  return { prices, ended, close }
}
