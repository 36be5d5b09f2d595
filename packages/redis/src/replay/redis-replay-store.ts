import type { ReplayStore } from '@portcullis/core'
import { boolean, numberBetween, optional, readOptions } from '@portcullis/core/internal'
import { randomBytes } from 'node:crypto'
import { connectionOf } from '../connection/connection.js'
import { digestOf, keyOf } from '../connection/keys.js'
import type { RedisClient } from '../connection/redis-client.js'
import { sharedReaders, type RedisStoreOptions } from '../options/shared-options.js'
import { pause } from '../connection/time-limit.js'
import { failureOf, RedisStoreError } from '../redis-store-error.js'
import { CLAIM, LOOK_INTO_DRAWER } from './claim-scripts.js'
import { keyPart } from '../options/key-part.js'

export interface RedisReplayStoreOptions extends RedisStoreOptions {
  /**
   * What the claims are filed under; default `replay`. Ids that live for minutes and ids that live for days belong into
   * stores of their own: after a loss, ids are refused until those are dead that may have been used before.
   */
  readonly name?: string
  /**
   * Whether Redis keeps what it has acknowledged over a restart and a failover (`appendfsync always`, no asynchronous
   * replica that may be promoted). Default false: ids that may have been used are refused after either.
   */
  readonly durable?: boolean
  /**
   * Seconds for which a Redis that is empty, was started anew or promoted must have stood before it is believed, 0 to
   * 3600; default 5. In that time the processes that know of claims connect again and say so, and new ids are refused.
   */
  readonly settle?: number
  /**
   * Seconds that an id may live at most, up to 31,536,000: where Redis is found empty and no process remembers another,
   * ids that end sooner are refused, since they may have been used already. Default 0: it is taken for a new one.
   */
  readonly doubtWhenEmpty?: number
}

/** What was used once, by whichever process. */
export interface RedisReplayStore extends ReplayStore {
  claim(id: string, expiresAt: number): Promise<boolean>
  /**
   * Waits until Redis is believed: await it before the service takes requests, which are refused until then.
   *
   * @throws RedisStoreError after 30 seconds, or so many as are given
   */
  ready(seconds?: number): Promise<void>
}

/** Bounded in number, so that each process knows all of them; several, so that a Cluster spreads them. */
const DRAWERS = 16
/** Claims that a server has lost may end so much later than the last one that it kept. Seconds. */
const LOST_AT_MOST = 30
/** Redis takes no longer life. */
const LONGEST_LIFE_MILLISECONDS = 2 ** 52
const A_YEAR = 31_536_000
const READY_LOOKS_MILLISECONDS = 50

interface Drawer {
  readonly tag: string
  readonly state: string
  /** Of the store and its server, by which another one is told from the one that was used before. */
  mark: string
}

/**
 * A replay store for any number of processes. A claim is one script, on one slot of a Cluster; an id is kept as a digest
 * and forgotten by Redis itself when its time is over.
 *
 * It looks at Redis at once. `claim` rejects with RedisStoreError where Redis does not answer in time, and `doubtful` where Redis may have lost
 * claims: it was emptied, was started anew, or a replica was promoted. Ids that end after those which were used before
 * are not concerned, so that new tokens are let in at once.
 *
 * @throws ConfigurationError
 */
export function redisReplayStore(
  client: RedisClient,
  options: RedisReplayStoreOptions = {},
): RedisReplayStore {
  const settings = readOptions<Required<RedisReplayStoreOptions>>('redisReplayStore()', options, {
    ...sharedReaders,
    name: optional(keyPart, 'replay'),
    durable: optional(boolean, false),
    settle: optional(numberBetween(0, 3600, 'seconds'), 5),
    doubtWhenEmpty: optional(numberBetween(0, A_YEAR, 'seconds'), 0),
  })
  const { prefix, name, clock, durable, settle, doubtWhenEmpty } = settings
  const connection = connectionOf(client, settings.timeout)
  const drawers = Array.from({ length: DRAWERS }, (_, index): Drawer => {
    const tag = `${name}.${index}`
    return { tag, state: keyOf(prefix, tag, 'state'), mark: '' }
  })
  let latest = { horizon: 0, at: 0 }
  let opening: Promise<unknown> | undefined

  const common = ({ mark }: Drawer, nonce: string) => {
    const now = clock()
    // Others may have claimed since: ids that end later by as much.
    const horizon = latest.horizon === 0 ? 0 : latest.horizon + Math.max(0, now - latest.at) + LOST_AT_MOST
    const doubtful = doubtWhenEmpty === 0 ? 0 : now + doubtWhenEmpty
    return [nonce, mark, text(horizon), durable ? '1' : '0', text(doubtful), text(LOST_AT_MOST), text(settle)]
  }
  const learn = (drawer: Drawer, reply: unknown): string => {
    const [mark = '', horizon = '0', answer = ''] = reply as readonly string[]
    drawer.mark = mark
    latest = { horizon: Math.max(latest.horizon, Number(horizon)), at: clock() }
    return answer
  }
  /** Every drawer is looked into: one that is emptied later is then told from one that was never used. */
  const look = async (): Promise<boolean> => {
    const found = await Promise.all(
      drawers.map(async (drawer) => {
        const parameters = common(drawer, newNonce())
        return learn(drawer, await connection.run(LOOK_INTO_DRAWER, [drawer.state], parameters))
      }),
    )
    return found.every((each) => each === 'settled')
  }
  const open = () =>
    (opening ??= look().catch((error: unknown) => {
      opening = undefined
      throw error
    }))
  const lookAgain = () => {
    look().catch(() => undefined)
  }
  // Whoever finds the store empty next is told by then that it was not.
  connection.onReady(lookAgain)
  open().catch(() => undefined)

  return Object.freeze({
    async claim(id, expiresAt) {
      if (!Number.isFinite(expiresAt)) throw new TypeError('A claim needs an end')
      const left = Math.ceil((expiresAt - clock()) * 1000)
      if (Number.isNaN(left)) throw new TypeError('The clock answers no time')
      await open()
      const digest = digestOf(id)
      const drawer = drawers[Buffer.from(digest, 'base64url').readUInt8() % DRAWERS]
      if (drawer === undefined) throw new RangeError('There is no such drawer')
      const life = Math.min(Math.max(1, left), LONGEST_LIFE_MILLISECONDS)
      const reply = await connection.run(
        CLAIM,
        [drawer.state, keyOf(prefix, drawer.tag, digest)],
        [...common(drawer, newNonce()), String(life), text(expiresAt)],
      )
      const answer = learn(drawer, reply)
      if (answer === 'doubtful') throw new RedisStoreError('doubtful')
      return answer === 'first'
    },
    async ready(seconds = 30) {
      const until = performance.now() + seconds * 1000
      for (;;) {
        const settled = await look().catch(failureOf)
        if (settled === true) return
        if (performance.now() >= until) throw settled === false ? new RedisStoreError('doubtful') : settled
        await pause(READY_LOOKS_MILLISECONDS)
      }
    },
  } satisfies RedisReplayStore)
}

function newNonce(): string {
  return randomBytes(12).toString('base64url')
}

/** Without an exponent, which Lua would print in its own way. */
function text(seconds: number): string {
  return Math.min(Math.max(seconds, -1e15), 1e15).toFixed(3)
}
