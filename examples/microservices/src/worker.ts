import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { RedisPlace } from './redis-state.js'
import type { Addresses } from './service-context.js'
import type { Name } from './services.js'

/** What a process of a service is told; it answers each message by one. */
export type Command =
  | { readonly kind: 'start'; readonly name: Name; readonly addresses: Addresses; readonly place: RedisPlace }
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'catch up' }

/** A process of a service. */
export interface Worker {
  /** Where it listens. */
  readonly url: string
  pass(seconds: number): Promise<void>
  catchUp(): Promise<void>
  stop(): Promise<void>
}

export async function startWorker(name: Name, addresses: Addresses, place: RedisPlace): Promise<Worker> {
  const child = fork(new URL('./worker-process.js', import.meta.url))
  const url = await tell(child, { kind: 'start', name, addresses, place })
  return {
    url,
    async pass(seconds) {
      await tell(child, { kind: 'pass', seconds })
    },
    async catchUp() {
      await tell(child, { kind: 'catch up' })
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

/** One message at a time. */
async function tell(child: ChildProcess, command: Command): Promise<string> {
  const ending = new AbortController()
  const { signal } = ending
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('a process of a service has ended')
  })
  try {
    child.send(command)
    const [answer] = (await Promise.race([once(child, 'message', { signal }), ended])) as [string]
    return answer
  } finally {
    ended.catch(() => undefined)
    ending.abort()
  }
}
