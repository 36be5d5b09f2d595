import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { listen } from './listen.ts'

/** What the proxy can do to one request or its answer. */
export const FAULTS = [
  'flip-body',
  'flip-envelope',
  'truncate',
  'drop-request',
  'drop-answer',
  'replay',
  'delay',
  'forge-ack',
  'forge-stop',
  'change-answer',
  'other-path',
  'strip-digest',
  'swap-answers',
] as const
export type Fault = (typeof FAULTS)[number]

interface Message {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

interface Reply {
  readonly status: number
  readonly body: Buffer
}

const without = (name: string, headers: Message['headers']) =>
  Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name))

/** A proxy before a receiver, which does what it is told to each request. It passes on the host that it was asked for. */
export async function startProxy(target: string | (() => string), nextFault: () => Fault | undefined) {
  const origin = typeof target === 'string' ? () => target : target
  let lastReply: Reply = { status: 200, body: Buffer.from('{}') }
  const seen: Message[] = []

  const forward = ({ method, path, headers, body }: Message): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const outgoing = httpRequest(origin() + path, { method, headers, agent: false }, (response) => {
        buffer(response).then((answer) => {
          resolve({ status: response.statusCode ?? 0, body: answer })
        }, reject)
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })

  const json = (status: number, body: object): Reply => ({ status, body: Buffer.from(JSON.stringify(body)) })
  const flip = (text: string) => text.slice(0, -20) + (text.at(-20) === 'A' ? 'B' : 'A') + text.slice(-19)

  const behave = async (message: Message, fault: Fault | undefined): Promise<Reply | undefined> => {
    const { headers, body } = message
    switch (fault) {
      case undefined:
        return forward(message)
      case 'flip-body': {
        const changed = Buffer.from(body)
        if (changed.length > 0)
          changed.writeUInt8((changed[changed.length >> 1] ?? 0) ^ 1, changed.length >> 1)
        return forward({ ...message, body: changed })
      }
      case 'flip-envelope':
        return forward({
          ...message,
          headers: { ...headers, authorization: flip(headers.authorization ?? '') },
        })
      case 'truncate': {
        const rest = without('content-length', headers)
        const cut = body.subarray(0, body.length >> 1)
        return forward({ ...message, headers: rest, body: cut })
      }
      case 'drop-request':
        return undefined
      case 'drop-answer':
        await forward(message)
        return undefined
      case 'replay': {
        const reply = await forward(message)
        for (const old of seen.slice(-10)) await forward(old)
        return reply
      }
      case 'delay':
        // It arrives after whatever is sent instead of it.
        setTimeout(() => void forward(message).catch(() => undefined), 20)
        return undefined
      case 'forge-ack':
        return json(200, { result: 'applied', stream: 'orders', sequence: 1000, digest: 'none' })
      case 'forge-stop':
        return json(409, { status: 409, code: 'fork_detected', action: 'stop' })
      case 'change-answer': {
        const reply = await forward(message)
        return {
          ...reply,
          body: Buffer.from(
            reply.body
              .toString()
              .replace(/"receipt":"(.{200})/, (_all, text: string) => `"receipt":"${flip(text)}`),
          ),
        }
      }
      case 'other-path':
        return forward({ ...message, path: `${message.path}/other` })
      case 'strip-digest': {
        const rest = without('content-digest', headers)
        return forward({ ...message, headers: rest })
      }
      case 'swap-answers': {
        const swapped = lastReply
        await forward(message)
        return swapped
      }
    }
  }

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
    )
    delete headers.connection
    const { method = '', url: path = '' } = incoming
    const message = { method, path, headers, body: await buffer(incoming) }
    const fault = nextFault()
    const reply = await behave(message, fault)
    seen.push(message)
    if (seen.length > 50) seen.shift()
    if (reply === undefined) {
      outgoing.destroy()
      return
    }
    if (fault === undefined) lastReply = reply
    outgoing.writeHead(reply.status, { 'content-type': 'application/json' }).end(reply.body)
  }

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => outgoing.destroy())
  })
  return {
    origin: await listen(server),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}
