import { randomBytes } from 'node:crypto'
import type { Connection } from '../connection/connection.js'
import { keyOf } from '../connection/keys.js'
import { RedisStoreError } from '../redis-store-error.js'
import { filedFrom, howOf, type FiledRevocation } from './revocation-record.js'
import { REVOKE, STAND } from './revocation-scripts.js'
import type { RevocationSettings } from './revocation-options.js'

/** Where the store stands. */
export interface Stand {
  /** Made with the store; another one after it was emptied. */
  readonly epoch: string
  /** Of the last change. */
  readonly number: number
  /** The server that keeps it. */
  readonly server: string
  /** Seconds for which that server has kept it. */
  readonly age: number
}

/** The revocations in Redis. */
export interface RevocationTable {
  readonly log: string
  stand(): Promise<Stand>
  /** @throws RedisStoreError `full` */
  revoke(revocations: readonly FiledRevocation[]): Promise<void>
  /** All of them; what changes meanwhile may be among them or not. */
  all(): Promise<ReadonlyMap<string, FiledRevocation>>
  /** The changes after one, in their order; undefined where the log does not reach back so far. */
  changesAfter(number: number): Promise<readonly FiledRevocation[] | undefined>
}

const LOG_LENGTH = 10_000
const READ_AT_ONCE = 1000
/** Revocations that one script writes, so that it holds nobody up for long. */
const WRITTEN_AT_ONCE = 100

type LogEntry = readonly [id: string, fields: readonly string[]]

export function createRevocationTable(connection: Connection, settings: RevocationSettings): RevocationTable {
  const { prefix, name, clock, capacity } = settings
  const key = (part: string) => keyOf(prefix, name, part)
  const [meta, entries, ends, log] = [key('meta'), key('entries'), key('ends'), key('log')] as const
  const opening = () => [randomBytes(12).toString('base64url'), String(clock())]

  const write = async (revocations: readonly FiledRevocation[]) => {
    const parameters = revocations.flatMap((each) => {
      const life = Math.max(1, Math.ceil((each.until - clock()) * 1000))
      return [each.what, ...howOf(each), String(Math.min(life, 2 ** 52))]
    })
    const bounds = [String(capacity), String(LOG_LENGTH)]
    const [answer] = (await connection.run(
      REVOKE,
      [meta, entries, ends, log],
      [...opening(), ...bounds, ...parameters],
    )) as readonly string[]
    if (answer === 'full') throw new RedisStoreError('full')
  }
  return Object.freeze({
    log,
    async stand() {
      const reply = await connection.run(STAND, [meta, entries, ends, log], opening())
      const [epoch = '', number = '', server = '', age = ''] = reply as readonly string[]
      return { epoch, number: Number(number), server, age: Number(age) }
    },
    async revoke(revocations) {
      for (let at = 0; at < revocations.length; at += WRITTEN_AT_ONCE) {
        await write(revocations.slice(at, at + WRITTEN_AT_ONCE))
      }
    },
    async all() {
      const found = new Map<string, FiledRevocation>()
      let cursor = '0'
      do {
        const command = ['HSCAN', entries, cursor, 'COUNT', String(READ_AT_ONCE)]
        const [next, pairs] = (await connection.command(entries, command)) as [string, readonly string[]]
        for (let at = 0; at + 1 < pairs.length; at += 2) {
          const [what = '', how = ''] = pairs.slice(at, at + 2)
          found.set(what, filedFrom(what, how))
        }
        cursor = next
      } while (cursor !== '0')
      return found
    },
    async changesAfter(number) {
      const command = ['XRANGE', log, `${number + 1}-0`, '+', 'COUNT', String(READ_AT_ONCE)]
      const found = (await connection.command(log, command)) as readonly LogEntry[]
      const isWhole = found.every(([id], index) => id === `${number + 1 + index}-0`)
      if (!isWhole) return undefined
      return found.map(([, [, what = '', , how = '']]) => filedFrom(what, how))
    },
  } satisfies RevocationTable)
}
