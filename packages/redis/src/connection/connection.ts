import { failureOf, RedisStoreError } from '../redis-store-error.js'
import { assertNoEviction } from './eviction.js'
import type { RedisClient } from './redis-client.js'
import type { Script } from './script.js'
import { pause, withinLimit } from './time-limit.js'
import { wireOf, type OwnWire, type Wire } from './wire.js'

/** Calls with a time limit. Each rejects with a RedisStoreError. */
export interface Connection {
  /** Milliseconds that a call may take. */
  readonly limit: number
  /** One command. @param key of it */
  command(key: string, command: readonly string[], limit?: number): Promise<unknown>
  /** One script, by its digest, which Redis is told the text of where it does not know it. */
  run(script: Script, keys: readonly [string, ...string[]], parameters: readonly string[]): Promise<unknown>
  /** Calls whenever a connection stands, again as well. */
  onReady(listener: () => void): void
  /** One more connection, for commands that block. */
  another(): Promise<Connection & Pick<OwnWire, 'close'>>
}

const SHORTEST_LOOK_MILLISECONDS = 5
const LONGEST_LOOK_MILLISECONDS = 50
/** How often Redis is asked whether it would throw entries away. */
const EVICTION_ASKED_EVERY_MILLISECONDS = 60_000

/** @param timeout seconds */
export function connectionOf(client: RedisClient, timeout: number): Connection {
  return overWire(wireOf(client), timeout * 1000)
}

function overWire(wire: Wire, limit: number): Connection {
  let lastAsked: { readonly at: number; readonly answer: Promise<void> } | undefined

  /** A command is sent on a connection that stands only: what waits in a queue would be carried out who knows when. */
  const whenReady = async (until: number) => {
    for (let look = SHORTEST_LOOK_MILLISECONDS; !wire.isReady(); look *= 2) {
      const left = until - performance.now()
      if (left <= 0) throw new RedisStoreError('unreachable')
      await pause(Math.min(left, look, LONGEST_LOOK_MILLISECONDS))
    }
  }
  const command = async (key: string, parts: readonly string[], patience = limit): Promise<unknown> => {
    const until = performance.now() + patience
    try {
      if (!wire.isReady()) await whenReady(until)
      return await withinLimit(wire.send(key, parts), until - performance.now())
    } catch (error) {
      throw failureOf(error)
    }
  }
  const evaluate = async (
    { text, digest }: Script,
    keys: readonly string[],
    rest: readonly string[],
    until: number,
  ) => {
    const [key = ''] = keys
    const parameters = [String(keys.length), ...keys, ...rest]
    const left = () => until - performance.now()
    try {
      return await command(key, ['EVALSHA', digest, ...parameters], left())
    } catch (error) {
      if (!(error instanceof RedisStoreError) || error.reason !== 'NOSCRIPT') throw error
      return command(key, ['EVAL', text, ...parameters], left())
    }
  }
  const connection: Connection = {
    limit,
    command,
    async run(script, keys, parameters) {
      const now = performance.now()
      if (lastAsked === undefined || now - lastAsked.at > EVICTION_ASKED_EVERY_MILLISECONDS) {
        const answer = assertNoEviction((question) => evaluate(question, [keys[0]], [], now + limit))
        lastAsked = { at: now, answer }
        answer.catch(() => {
          lastAsked = undefined
        })
      }
      await lastAsked.answer
      return evaluate(script, keys, parameters, now + limit)
    },
    onReady(listener) {
      wire.onReady(listener)
    },
    async another() {
      const own = await wire.another()
      return {
        ...overWire(own, limit),
        close: () => {
          own.close()
        },
      }
    },
  }
  return connection
}
