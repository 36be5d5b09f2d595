import { readOptions } from '@portcullis/core/internal'
import type { AttemptCounters } from '@portcullis/issuer'
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible'
import { connectionOf, type Connection } from '../connection/connection.js'
import { digestOf, keyOf } from '../connection/keys.js'
import type { RedisClient } from '../connection/redis-client.js'
import { script } from '../connection/script.js'
import { sharedReaders, type RedisStoreOptions } from '../options/shared-options.js'

/**
 * Failed attempts of clients, counted by all issuers together: for `attempts: { counters }` of `createIssuer()`. An
 * address is in a key as a digest, and a count expires with its window.
 *
 * Where Redis does not answer in time, each process counts by itself, as without Redis: the limit saves work, and
 * refusing everybody would be what an attacker wants.
 *
 * @throws ConfigurationError
 */
export function redisAttemptCounters(client: RedisClient, options: RedisStoreOptions = {}): AttemptCounters {
  const { prefix, timeout } = readOptions<Required<RedisStoreOptions>>(
    'redisAttemptCounters()',
    options,
    sharedReaders,
  )
  const storeClient = storeClientOf(connectionOf(client, timeout))

  return (kind, limit) => {
    const limiter = new RateLimiterRedis({
      ...limit,
      storeClient,
      keyPrefix: '',
      insuranceLimiter: new RateLimiterMemory(limit),
    })
    const keyed = (key: string) => keyOf(prefix, `attempts.${digestOf(`${kind} ${key}`)}`, 'count')
    return {
      get: (key) => limiter.get(keyed(key)),
      consume: (key) => limiter.consume(keyed(key)),
    }
  }
}

/** KEYS count. */
const COUNT = script(`return { redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1]) }`)

/** What the limiter asks of its client, each one script with a time limit, on a Cluster as well. */
function storeClientOf(connection: Connection) {
  let increment = script('')
  return {
    defineCommand(_: string, { lua }: { readonly lua: string }) {
      increment = script(lua)
    },
    rlflxIncr: ([key = '', ...rest]: readonly string[]) => connection.run(increment, [key], rest),
    multi: () => ({
      get: (key: string) => ({
        pttl: () => ({
          async exec() {
            const [count, left] = (await connection.run(COUNT, [key], [])) as readonly unknown[]
            return [
              [null, count],
              [null, left],
            ]
          },
        }),
      }),
    }),
  }
}
