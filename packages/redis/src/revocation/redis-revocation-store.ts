import { memoryRevocationStore, type Revocation, type RevocationStore } from '@portcullis/core'
import { connectionOf } from '../connection/connection.js'
import type { RedisClient } from '../connection/redis-client.js'
import { pause } from '../connection/time-limit.js'
import { failureOf, RedisStoreError, type RedisStoreErrorCode } from '../redis-store-error.js'
import { createBell } from './bell.js'
import { createFollower } from './follower.js'
import { createKnownRevocations } from './known-revocations.js'
import { readRevocationOptions, type RedisRevocationStoreOptions } from './revocation-options.js'
import { fileRevocation } from './revocation-record.js'
import { createRevocationTable } from './revocation-table.js'

/** How current a process is. */
export interface RevocationStatus {
  /** `loading` before all was loaded once; `stale` past `maxStaleness`. */
  readonly phase: 'loading' | 'fresh' | 'stale'
  /** Seconds since the moment as of which all is known; Infinity while loading. */
  readonly staleness: number
  /** Revocations that are held in memory. */
  readonly size: number
  /** Why Redis could not be asked last; undefined where it could. */
  readonly lastError: RedisStoreErrorCode | undefined
}

/** Revocations that all processes share, and each has in its memory. */
export interface RedisRevocationStore extends RevocationStore {
  /**
   * In force here when it answers, and in every other process milliseconds later, or when it is in touch with Redis
   * again. It may be in force also where it rejects for lack of an answer.
   *
   * @throws TypeError for a revocation that would revoke nothing; RedisStoreError
   */
  revoke(revocation: Revocation): Promise<void>
  /**
   * Waits until all is loaded: await it before the service takes requests.
   *
   * @throws RedisStoreError after 30 seconds, or so many as are given
   */
  ready(seconds?: number): Promise<void>
  /**
   * Waits until all that was revoked before the call, in whichever process, is in force here: one question to Redis, for
   * the few requests that milliseconds matter to.
   *
   * @throws RedisStoreError
   */
  caughtUp(): Promise<void>
  status(): RevocationStatus
  /** Stops following. Tokens are refused from now on. */
  close(): void
}

const SHORTEST_TURN_MILLISECONDS = 5
const READY_LOOKS_MILLISECONDS = 10

/**
 * A revocation store for any number of processes. A check looks into the memory of its process and asks nobody; a
 * connection of its own waits for changes. It starts to load at once.
 *
 * `isRevoked` throws RedisStoreError `not_loaded` and `stale`, which is answered 503 unless `onUnavailable` says
 * otherwise.
 *
 * @throws ConfigurationError
 */
export function redisRevocationStore(
  client: RedisClient,
  options: RedisRevocationStoreOptions = {},
): RedisRevocationStore {
  const settings = readRevocationOptions(options)
  const { clock, capacity, maxStaleness, onStale, settle, checkEvery } = settings
  const connection = connectionOf(client, settings.timeout)
  const known = createKnownRevocations(capacity, clock)
  const table = createRevocationTable(connection, settings)
  const follower = createFollower(table, known, settle)
  const bell = createBell(connection, table.log, checkEvery * 1000)
  let lastError: RedisStoreErrorCode | undefined
  let isClosed = false
  /** On the process' own clock. */
  let freshUntil = -Infinity

  const follow = async (): Promise<boolean> => {
    try {
      const believed = await follower.follow()
      if (!isClosed) freshUntil = (follower.knownAsOf ?? -Infinity) + maxStaleness * 1000
      lastError = undefined
      return believed
    } catch (error) {
      lastError = failureOf(error).code
      throw error
    }
  }
  const keepUp = async () => {
    while (!isClosed) {
      const started = performance.now()
      await follow().catch(() => undefined)
      await bell.wait(follower.number)
      if (performance.now() - started < SHORTEST_TURN_MILLISECONDS) await pause(SHORTEST_TURN_MILLISECONDS)
    }
  }
  const staleness = (): number =>
    follower.knownAsOf === undefined ? Infinity : (performance.now() - follower.knownAsOf) / 1000
  void keepUp()

  return Object.freeze({
    isRevoked(token) {
      // The way of every request, as short as it can be.
      if (performance.now() <= freshUntil) return known.isRevoked(token)
      const age = staleness()
      if (isClosed) throw new RedisStoreError('closed')
      if (age === Infinity) throw new RedisStoreError('not_loaded')
      if (!(age <= maxStaleness) && onStale === 'refuse') throw new RedisStoreError('stale')
      return known.isRevoked(token)
    },
    async revoke(revocation) {
      // Whatever is wrong with it, the store in memory says.
      memoryRevocationStore({ clock }).revoke(revocation)
      if (isClosed) throw new RedisStoreError('closed')
      const filed = fileRevocation(revocation)
      await table.revoke([filed])
      known.add(filed)
    },
    async ready(seconds = 30) {
      const until = performance.now() + seconds * 1000
      while (staleness() === Infinity) {
        if (isClosed) throw new RedisStoreError('closed')
        if (performance.now() >= until) throw new RedisStoreError(lastError ?? 'not_loaded')
        await pause(READY_LOOKS_MILLISECONDS)
      }
    },
    async caughtUp() {
      if (isClosed) throw new RedisStoreError('closed')
      if (!(await follow())) throw new RedisStoreError('not_loaded')
    },
    status() {
      const age = staleness()
      const phase = age === Infinity ? 'loading' : age <= maxStaleness ? 'fresh' : 'stale'
      return Object.freeze({ phase, staleness: age, size: known.size, lastError })
    },
    close() {
      isClosed = true
      freshUntil = -Infinity
      bell.close()
    },
  } satisfies RedisRevocationStore)
}
