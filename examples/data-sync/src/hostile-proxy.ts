import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

interface Message {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

interface Answer {
  readonly status: number
  readonly body: Buffer
}

/** What somebody on the way does with one batch; `undefined` drops it, or its answer. */
export type Misdeed = (message: Message, way: Way) => Promise<Answer | undefined>

/** The ways on from here. */
interface Way {
  /** To the receiver that the message is for. */
  readonly forward: (message: Message) => Promise<Answer>
  /** To another one. */
  readonly redirect: (message: Message) => Promise<Answer>
  /** What has passed here before, oldest first. */
  readonly seen: readonly Message[]
  /** Resolves when so many more batches have passed. */
  readonly behind: (batches: number) => Promise<void>
}

export interface HostileProxy {
  readonly origin: string
  /** Does this to the next batch, once. */
  misbehave(misdeed: Misdeed): void
  /** Does one of these to about so many of a hundred messages, from now on. */
  rage(misdeeds: readonly Misdeed[], percent: number): void
  /** How many messages it has not just passed on. */
  readonly misdeeds: number
  close(): void
}

export async function startHostileProxy(target: string, elsewhere: string): Promise<HostileProxy> {
  const seen: Message[] = []
  let chosenOnce: Misdeed | undefined
  let raging: readonly Misdeed[] = []
  let percent = 0
  let misdeeds = 0
  const waiting: { left: number; resolve(): void }[] = []
  const way: Way = {
    forward: (message) => pass(message, target),
    redirect: (message) => pass(message, elsewhere),
    seen,
    behind: (batches) =>
      new Promise((resolve) => {
        waiting.push({ left: batches, resolve })
      }),
  }

  const remember = (message: Message): void => {
    seen.push(message)
    if (seen.length > 100) seen.shift()
    if (message.method !== 'POST') return
    for (const each of waiting) if (--each.left === 0) each.resolve()
  }

  const choose = ({ method }: Message): Misdeed | undefined => {
    if (chosenOnce !== undefined && method === 'POST') {
      const chosen = chosenOnce
      chosenOnce = undefined
      return chosen
    }
    if (Math.random() * 100 >= percent) return undefined
    return raging[Math.floor(Math.random() * raging.length)]
  }

  const passOn: Misdeed = (message, { forward }) => forward(message)

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const message = await read(incoming)
    const misdeed = choose(message)
    if (misdeed !== undefined) misdeeds++
    const answer = await (misdeed ?? passOn)(message, way)
    if (answer !== undefined) remember(message)
    if (answer === undefined) outgoing.destroy()
    else outgoing.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body)
  }

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => outgoing.destroy())
  })
  return {
    origin: await listen(server),
    misbehave(misdeed) {
      chosenOnce = misdeed
    },
    rage(chosen, share) {
      raging = chosen
      percent = share
    },
    get misdeeds() {
      return misdeeds
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

export async function listen(server: Server, port = 0): Promise<string> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function read(incoming: IncomingMessage): Promise<Message> {
  const { method = '', url: path = '' } = incoming
  const passedOn = Object.entries(incoming.headers).filter(
    ([name]) => name !== 'connection' && name !== 'host',
  )
  const headers = Object.fromEntries(passedOn.map(([name, value]) => [name, String(value)]))
  return { method, path, headers, body: await buffer(incoming) }
}

function pass({ method, path, headers, body }: Message, origin: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(origin + path, { method, headers, agent: false }, (response) => {
      buffer(response).then((answer) => {
        resolve({ status: response.statusCode ?? 0, body: answer })
      }, reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** The JSON of an answer that nobody has signed. */
const forged = (body: object): Answer => ({ status: 200, body: Buffer.from(JSON.stringify(body)) })

type MisdeedName =
  'changeBytes' | 'replay' | 'drop' | 'dropTheAnswer' | 'delay' | 'reorder' | 'redirect' | 'forgeAnAnswer'

export const MISDEEDS: Readonly<Record<MisdeedName, Misdeed>> = {
  changeBytes({ body, ...message }, { forward }) {
    const changed = Buffer.from(body)
    if (changed.length > 0) changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1
    return forward({ ...message, body: changed })
  },
  async replay(message, { forward, seen }) {
    const answer = await forward(message)
    for (const old of [...seen.slice(-3), message]) if (old.method === 'POST') await forward(old)
    return answer
  },
  drop: () => Promise.resolve(undefined),
  async dropTheAnswer(message, { forward }) {
    await forward(message)
    return undefined
  },
  async delay(message, { forward }) {
    await sleep(200)
    return forward(message)
  },
  /** The sender is told nothing, sends it again, and goes on; then this one arrives, behind what was sent after it. */
  reorder(message, { forward, behind }) {
    behind(2)
      .then(() => forward(message))
      .catch(() => undefined)
    return Promise.resolve(undefined)
  },
  redirect: (message, { redirect }) => redirect(message),
  forgeAnAnswer: () =>
    Promise.resolve(forged({ result: 'applied', stream: 'orders', sequence: 1_000_000, digest: 'none' })),
}
