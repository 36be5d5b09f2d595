import { readOptions } from '@portcullis/core/internal'
import type { SessionStore, StoredSession } from '@portcullis/session'
import { connectionOf } from '../connection/connection.js'
import { digestOf, keyOf } from '../connection/keys.js'
import type { RedisClient } from '../connection/redis-client.js'
import { sharedReaders, type RedisStoreOptions } from '../options/shared-options.js'
import { seenText, sessionFrom, textOf } from './session-record.js'
import { KEEP_SESSION, TOUCH_SESSION } from './session-scripts.js'

/**
 * Browser sessions for any number of processes, for the option `store` of `createSessions()`. The sessions of one user
 * are together in one key, so that each change, and the list, is one step; users are spread over a Cluster. A session
 * is found by a second key, which says whose it is and never changes: it is written before the session and deleted after
 * it, and by itself it is nothing. Both expire by themselves.
 *
 * The methods reject with RedisStoreError where Redis does not answer in time.
 *
 * @throws ConfigurationError
 */
export function redisSessionStore(client: RedisClient, options: RedisStoreOptions = {}): SessionStore {
  const { prefix, timeout, clock } = readOptions<Required<RedisStoreOptions>>(
    'redisSessionStore()',
    options,
    sharedReaders,
  )
  const connection = connectionOf(client, timeout)
  const ownerKey = (name: string) => keyOf(prefix, `session.${name}`, 'owner')
  const sessionsKey = (owner: string) => keyOf(prefix, `sessions.${owner}`, 'all')
  const lives = ({ idleExpiresAt }: StoredSession) => clock() < idleExpiresAt

  const millisecondsUntil = (end: number): number => {
    const milliseconds = Math.ceil((end - clock()) * 1000)
    if (!Number.isSafeInteger(milliseconds)) throw new TypeError('A session needs an end')
    return Math.max(1, milliseconds)
  }
  /** The key that a session is in, where it was kept. */
  const keyOfSession = async (name: string): Promise<string | undefined> => {
    const key = ownerKey(name)
    const owner = await connection.command(key, ['GET', key])
    return typeof owner === 'string' ? sessionsKey(owner) : undefined
  }

  return Object.freeze({
    async create(session) {
      const [name, owner] = [digestOf(session.id), digestOf(session.subject)]
      const idle = String(millisecondsUntil(session.idleExpiresAt))
      const absolute = millisecondsUntil(Math.max(session.expiresAt, session.idleExpiresAt))
      const key = ownerKey(name)
      await connection.command(key, ['SET', key, owner, 'PX', String(absolute)])
      await connection.run(KEEP_SESSION, [sessionsKey(owner)], [name, textOf(session), String(clock()), idle])
    },
    async find(id) {
      const name = digestOf(id)
      const key = await keyOfSession(name)
      if (key === undefined) return undefined
      const session = sessionFrom(await connection.command(key, ['HGET', key, name]))
      return session !== undefined && lives(session) ? session : undefined
    },
    async touch(id, seen) {
      const name = digestOf(id)
      const idle = String(millisecondsUntil(seen.idleExpiresAt))
      const key = await keyOfSession(name)
      if (key === undefined) return undefined
      return sessionFrom(
        await connection.run(TOUCH_SESSION, [key], [name, seenText(seen), String(clock()), idle]),
      )
    },
    async list(subject) {
      const key = sessionsKey(digestOf(subject))
      const texts = (await connection.command(key, ['HVALS', key])) as readonly unknown[]
      const sessions = texts.map(sessionFrom).filter((session) => session !== undefined)
      return sessions.filter(lives)
    },
    async remove(id) {
      const name = digestOf(id)
      const key = await keyOfSession(name)
      if (key === undefined) return
      await connection.command(key, ['HDEL', key, name])
      await connection.command(ownerKey(name), ['DEL', ownerKey(name)])
    },
  } satisfies SessionStore)
}
