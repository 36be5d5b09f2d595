import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import * as core from '@portcullis/core'
import {
  redisRefreshTokenStore,
  redisReplayStore,
  redisRevocationStore,
  redisSessionStore,
  type RedisRevocationStore,
} from '@portcullis/redis'
import {
  refreshTokenStoreContract,
  replayStoreContract,
  revocationStoreContract,
  sessionStoreContract,
  type ContractCheck,
} from '@portcullis/testing/contracts'
import { clientOf, freePort, startRedis, withRedis, type RunningRedis } from './support/redis-server.ts'

const clock = { now: () => Date.now() / 1000, advance: (seconds: number) => wait(seconds * 1000) }

let redis: RunningRedis
const run = (checks: readonly ContractCheck[]) => {
  test.concurrent.each(checks.map((check) => [check.name, check] as const))('%s', (_, check) => check.run())
}

withRedis('the contracts of core, issuer and session, on Redis', () => {
  /** The limit is for a machine that does other work as well. */
  const prefix = () => ({ prefix: randomUUID(), timeout: 20 })
  const unreachable = async () => {
    const client = clientOf(await freePort())
    return {
      client,
      close: () => {
        client.disconnect()
      },
    }
  }
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.stop())

  describe('replay', () => {
    run(
      replayStoreContract({
        clock,
        open() {
          const options = prefix()
          return {
            store: redisReplayStore(redis.client(), { ...options, settle: 0 }),
            sibling: redisReplayStore(redis.client(), { ...options, settle: 0 }),
          }
        },
        async openUnreachable() {
          const { client, close } = await unreachable()
          return { store: redisReplayStore(client, { timeout: 0.1 }), close }
        },
      }),
    )
  })

  describe('revocation', () => {
    const openStores = async (more = {}) => {
      const options = { ...prefix(), settle: 0, ...more }
      const [store, other] = [1, 2].map(() => redisRevocationStore(redis.client(), options)) as [
        RedisRevocationStore,
        RedisRevocationStore,
      ]
      await Promise.all([store.ready(), other.ready()])
      return {
        store,
        // Milliseconds behind, unless it is asked to catch up.
        sibling: {
          revoke: (revocation: core.Revocation) => other.revoke(revocation),
          async isRevoked(token: core.Auth) {
            await other.caughtUp()
            return other.isRevoked(token)
          },
        },
        close() {
          store.close()
          other.close()
        },
      }
    }
    run(
      revocationStoreContract(core, {
        clock,
        open: () => openStores(),
        openWithRoomFor: (capacity) => openStores({ capacity }),
        async openUnreachable() {
          const { client, close } = await unreachable()
          const store = redisRevocationStore(client, { timeout: 0.1 })
          return {
            store,
            close() {
              store.close()
              close()
            },
          }
        },
      }),
    )
  })

  describe('refresh', () => {
    run(
      refreshTokenStoreContract({
        clock,
        open() {
          const options = prefix()
          return {
            store: redisRefreshTokenStore(redis.client(), options),
            sibling: redisRefreshTokenStore(redis.client(), options),
          }
        },
      }),
    )
  })

  describe('sessions', () => {
    run(
      sessionStoreContract({
        clock,
        open() {
          const options = prefix()
          return {
            store: redisSessionStore(redis.client(), options),
            sibling: redisSessionStore(redis.client(), options),
          }
        },
        async openUnreachable() {
          const { client, close } = await unreachable()
          return { store: redisSessionStore(client, { timeout: 0.1 }), close }
        },
      }),
    )
  })
})
