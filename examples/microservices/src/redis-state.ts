import { redisKeyRingStore, redisRefreshTokenStore, redisRevocationStore } from '@portcullis/redis'
import { Redis } from 'ioredis'
import { RateLimiterRedis } from 'rate-limiter-flexible'
import { StateUnavailable, type Records, type State } from './state.js'

/** What the processes of one system have in common. */
export interface RedisPlace {
  readonly url: string
  /** What all keys begin with. */
  readonly prefix: string
  /** 32 random bytes as base64, which Redis does not have: private keys are encrypted with them. */
  readonly sealingKey: string
}

export interface RedisState extends State {
  /** Waits until all that was revoked before, in whichever process, is in force in this one. */
  caughtUp(): Promise<void>
  /** Removes everything that begins with the prefix. */
  removeAll(): Promise<void>
  close(): void
}

/** For any number of processes. */
export async function openRedisState({ url, prefix, sealingKey }: RedisPlace): Promise<RedisState> {
  const redis = new Redis(url)
  // It connects again by itself; what an outage means for a request, that request is told.
  redis.on('error', () => undefined)
  // What the shop itself keeps: nobody waits longer. The stores of @portcullis/redis have limits of their own.
  const shop = redis.duplicate({ commandTimeout: 2000 })
  shop.on('error', () => undefined)
  const key = Buffer.from(sealingKey, 'base64')
  const revocation = redisRevocationStore(redis, { prefix })
  await revocation.ready(15)
  return {
    isShared: true,
    revocation,
    refreshTokens: redisRefreshTokenStore(redis, { prefix }),
    keyRing: (name) => redisKeyRingStore(redis, { prefix, name, sealingKey: key }),
    attempts: (name, points) =>
      new RateLimiterRedis({ storeClient: shop, keyPrefix: `${prefix}:${name}`, points, duration: 60 }),
    records: (name) => redisRecords(shop, `${prefix}:records:${name}`),
    caughtUp: () => revocation.caughtUp(),
    async removeAll() {
      for await (const keys of redis.scanStream({ match: `${prefix}:*` }) as AsyncIterable<string[]>) {
        if (keys.length > 0) await redis.unlink(keys)
      }
    },
    close() {
      revocation.close()
      redis.disconnect()
      shop.disconnect()
    },
  }
}

/** Writes a record if it still is as it was read; no text for one that was not there. */
const REPLACE = `
  if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
  return 1`

const ATTEMPTS = 100

function redisRecords<T>(redis: Redis, key: string): Records<T> {
  const read = (id: string) => answered(redis.hget(key, id))
  return {
    async find(id) {
      const text = await read(id)
      return text === null ? undefined : (JSON.parse(text) as T)
    },
    all: async () => (await answered(redis.hvals(key))).map((text) => JSON.parse(text) as T),
    async change(id, step) {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const text = (await read(id)) ?? ''
        const next = step(text === '' ? undefined : (JSON.parse(text) as T))
        if (next === undefined) return undefined
        const replaced = redis.eval(REPLACE, 1, key, id, text, JSON.stringify(next))
        if ((await answered(replaced)) === 1) return next
      }
      throw new Error('too many change the same record')
    },
  }
}

/** @throws StateUnavailable where Redis does not answer in time */
async function answered<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (cause) {
    throw new StateUnavailable(cause)
  }
}
