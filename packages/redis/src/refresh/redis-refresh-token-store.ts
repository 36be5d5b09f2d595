import { readOptions } from '@portcullis/core/internal'
import type { RefreshOutcome, RefreshStep, RefreshTokenStore } from '@portcullis/issuer'
import { connectionOf } from '../connection/connection.js'
import { digestOf, keyOf } from '../connection/keys.js'
import type { RedisClient } from '../connection/redis-client.js'
import { sharedReaders, type RedisStoreOptions } from '../options/shared-options.js'
import { RedisStoreError } from '../redis-store-error.js'
import { FAMILY_FIELDS, familyFrom, fieldsOf } from './family-record.js'
import { KEEP_FAMILY, REVOKE_FAMILY, ROTATE_FAMILY } from './family-scripts.js'
import { createServerTime } from './server-time.js'

/** Once to learn the clock of Redis, and once more where another server with another clock has come. */
const ATTEMPTS = 3

/**
 * Refresh tokens for any number of issuers. Each method is one command or one script on one key, which expires by
 * itself; tokens are in it as digests, and a successor only as a text that the token before it opens.
 *
 * The methods reject with RedisStoreError where Redis does not answer in time; a rotation that Redis gets to see later
 * than that is not carried out.
 *
 * @throws ConfigurationError
 */
export function redisRefreshTokenStore(
  client: RedisClient,
  options: RedisStoreOptions = {},
): RefreshTokenStore {
  const { prefix, timeout, clock } = readOptions<Required<RedisStoreOptions>>(
    'redisRefreshTokenStore()',
    options,
    sharedReaders,
  )
  const connection = connectionOf(client, timeout)
  const serverTime = createServerTime()
  const keyOfFamily = (id: string) => keyOf(prefix, `refresh.${digestOf(id)}`, 'family')

  const rotate = async (step: RefreshStep): Promise<RefreshOutcome> => {
    const until = performance.now() + connection.limit
    const parameters = [
      step.presented,
      step.successor,
      step.sealedSuccessor,
      String(step.now),
      String(step.graceUntil),
      String(step.idleExpiresAt),
      step.keyThumbprint ?? '',
    ]
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const deadline = serverTime.deadline(until - performance.now())
      const reply = await connection.run(
        ROTATE_FAMILY,
        [keyOfFamily(step.familyId)],
        [...parameters, deadline],
      )
      const [milliseconds, kind, sealedSuccessor] = reply as readonly (string | null | undefined)[]
      serverTime.learn(Number(milliseconds))
      if (kind === 'rotated' || kind === 'reused' || kind === 'ended') return { kind }
      if (kind === 'repeated' && typeof sealedSuccessor === 'string') return { kind, sealedSuccessor }
      if (performance.now() >= until) break
    }
    throw new RedisStoreError('timed_out')
  }

  return Object.freeze({
    async create(family) {
      const life = Math.ceil((family.expiresAt - clock()) * 1000)
      if (!Number.isSafeInteger(life)) throw new TypeError('A sign-in needs an end')
      const parameters = [String(Math.max(1, life)), ...fieldsOf(family)]
      await connection.run(KEEP_FAMILY, [keyOfFamily(family.id)], parameters)
    },
    async find(familyId) {
      const key = keyOfFamily(familyId)
      const values = await connection.command(key, ['HMGET', key, ...FAMILY_FIELDS])
      return familyFrom(familyId, values as readonly (string | null)[])
    },
    rotate,
    async revoke(familyId, now) {
      await connection.run(REVOKE_FAMILY, [keyOfFamily(familyId)], [String(now)])
    },
  } satisfies RefreshTokenStore)
}
