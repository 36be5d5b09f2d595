import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import * as core from '@portcullis/core'
import { createIssuer, createKeyRing, staticClients, type RefreshStep } from '@portcullis/issuer'
import {
  redisKeyRingStore,
  redisRefreshTokenStore,
  redisReplayStore,
  redisRevocationStore,
  type RedisRevocationStore,
  type RedisRevocationStoreOptions,
} from '@portcullis/redis'
import { createTestIssuer } from '@portcullis/testing'
import type { Redis } from 'ioredis'
import { startProxy } from './support/proxy.ts'
import { clientOf, freePort, startRedis, withRedis, type RunningRedis } from './support/redis-server.ts'

const seconds = () => Date.now() / 1000
/** A replica does not wait for others that might come as well. */
const AT_ONCE = ['--repl-diskless-sync-delay', '0']

/** Until it holds; a busy machine takes its time. */
async function eventually(holds: () => boolean | Promise<unknown>): Promise<void> {
  const until = Date.now() + 20_000
  for (;;) {
    await wait(20)
    try {
      if ((await holds()) !== false) return
    } catch (error) {
      if (Date.now() > until) throw error
      continue
    }
    if (Date.now() > until) throw new Error('It never held')
  }
}

withRedis('when Redis fails', () => {
  const opened: { stop?(): Promise<void>; close?(): unknown; disconnect?(): void }[] = []
  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) {
      await each.close?.()
      each.disconnect?.()
      await each.stop?.()
    }
  })
  const start = async (settings?: readonly string[]) => {
    const redis = await startRedis(settings)
    opened.push(redis)
    return redis
  }
  const client = (port: number): Redis => {
    const made = clientOf(port)
    opened.push(made)
    return made
  }
  const revocations = (port: number, options: RedisRevocationStoreOptions = {}): RedisRevocationStore => {
    const store = redisRevocationStore(client(port), {
      settle: 0.3,
      maxStaleness: 60,
      checkEvery: 0.05,
      timeout: 0.5,
      ...options,
    })
    opened.push(store)
    return store
  }
  const replays = (port: number, options = {}) =>
    redisReplayStore(client(port), { settle: 0, timeout: 0.5, ...options })

  const issuing = async () => {
    const issuer = await createTestIssuer({ algorithm: 'ES256' })
    const rules = issuer.verifierOptions(core)
    return {
      url: issuer.url,
      token: (jti: string) => issuer.token({ claims: { jti } }),
      verifierWith: (options: object) => core.createVerifier({ ...rules, ...options }),
    }
  }
  const unavailable = { code: 'state_unavailable', status: 503 }

  describe('away at the start', () => {
    test('requests get 503 with Retry-After, and pass when it comes, without a restart', async () => {
      const port = await freePort()
      const { token, verifierWith } = await issuing()
      const revocation = revocations(port)
      const replay = replays(port)
      const verify = verifierWith({ revocation })
      const verifyOnce = verifierWith({ replay })
      await expect(verify(token('a'))).rejects.toMatchObject(unavailable)
      const refusal = (await verifyOnce(token('a')).catch((error: unknown) => error)) as core.AuthError
      expect(refusal).toMatchObject(unavailable)
      expect(Number(refusal.headers['Retry-After'])).toBeGreaterThan(0)
      await expect(revocation.ready(0.2)).rejects.toMatchObject({ code: 'unreachable' })
      await expect(replay.ready(0.2)).rejects.toMatchObject({ code: 'unreachable' })
      expect(revocation.status()).toMatchObject({ phase: 'loading', staleness: Infinity })

      const late = await startRedis([], port)
      opened.push(late)
      await Promise.all([revocation.ready(), replay.ready()])
      await expect(verify(token('a'))).resolves.toBeDefined()
      await eventually(() => verifyOnce(token('b')))
    })
  })

  describe('away in the middle', () => {
    test('what is known of revocations serves for its time, then requests get 503, unless the user chose otherwise', async () => {
      const redis = await start()
      const { url, token, verifierWith } = await issuing()
      const refusing = revocations(redis.port, { maxStaleness: 1 })
      const serving = revocations(redis.port, { maxStaleness: 1, onStale: 'serve' })
      await Promise.all([refusing.ready(), serving.ready()])
      await refusing.revoke({ issuer: url, tokenId: 'revoked', until: seconds() + 600 })
      await serving.caughtUp()
      await redis.kill()

      const verify = verifierWith({ revocation: refusing })
      await expect(verify(token('revoked'))).rejects.toMatchObject({ code: 'token_revoked' })
      await eventually(() => refusing.status().phase === 'stale')
      await expect(verify(token('good'))).rejects.toMatchObject(unavailable)
      await expect(verify(token('revoked'))).rejects.toMatchObject(unavailable)
      await expect(refusing.caughtUp()).rejects.toMatchObject({ name: 'RedisStoreError' })
      const another = refusing.revoke({ issuer: url, tokenId: 'b', until: seconds() + 600 })
      await expect(another).rejects.toMatchObject({ name: 'RedisStoreError' })
      await eventually(() => serving.status().phase === 'stale')
      const verifyStill = verifierWith({ revocation: serving })
      await expect(verifyStill(token('good'))).resolves.toBeDefined()
      await expect(verifyStill(token('revoked'))).rejects.toMatchObject({ code: 'token_revoked' })

      await redis.restart()
      await eventually(() => refusing.status().phase === 'fresh')
      await eventually(() => verify(token('good')))
      await expect(verify(token('revoked'))).rejects.toMatchObject({ code: 'token_revoked' })
    })

    test('keys in memory go on signing, and are refused once they are too old', async () => {
      const redis = await start()
      let now = 1_800_000_000
      const sealed = { sealingKey: randomBytes(32), timeout: 0.2 }
      const store = redisKeyRingStore(client(redis.port), sealed)
      const ring = createKeyRing({ store, algorithm: 'EdDSA', clock: () => now })
      const { id } = await ring.signingKey()
      await redis.kill()
      now += 200
      expect((await ring.signingKey()).id).toBe(id)
      now += 200
      await expect(ring.signingKey()).rejects.toMatchObject({ code: 'key_ring_unavailable' })
      await redis.restart()
      // What was emptied is brought back by the process that has seen it.
      await eventually(async () => (await ring.signingKey()).id === id)
    })
  })

  describe('slow', () => {
    test('calls end with their limit, and a rotation that comes too late is not carried out', async () => {
      const redis = await start()
      const replay = replays(redis.port, { timeout: 0.2 })
      const refresh = redisRefreshTokenStore(client(redis.port), { timeout: 0.2 })
      const now = seconds()
      const end = now + 600
      const grant = { clientId: 'web', subject: 'alice', audience: [], scope: [] }
      await replay.claim('before', end)
      await refresh.create({ id: 'family', grant, current: 'first', idleExpiresAt: end, expiresAt: end })
      const step = (presented: string, successor: string): RefreshStep => ({
        familyId: 'family',
        presented,
        successor,
        sealedSuccessor: successor,
        now,
        graceUntil: now,
        idleExpiresAt: end,
      })
      expect(await refresh.rotate(step('first', 'second'))).toEqual({ kind: 'rotated' })

      redis.freeze()
      const began = performance.now()
      const calls = [
        replay.claim('id', end),
        refresh.rotate(step('second', 'third')),
        refresh.find('family'),
        refresh.revoke('other', now),
      ]
      for (const call of await Promise.allSettled(calls)) {
        expect(call).toMatchObject({ status: 'rejected', reason: { code: 'timed_out' } })
      }
      expect(performance.now() - began).toBeLessThan(5000)
      redis.thaw()
      // Redis gets to see now what it was sent then.
      await eventually(() => refresh.find('family'))
      expect((await refresh.find('family'))?.current).toBe('second')
      expect(await refresh.rotate(step('second', 'third'))).toEqual({ kind: 'rotated' })
      expect(await replay.claim('before', end)).toBe(false)
    })
  })

  describe('restarted empty', () => {
    test('ids that may have been used are refused, by processes that come new as well; later ones pass', async () => {
      const redis = await start()
      const settle = { settle: 1 }
      const survivor = replays(redis.port, settle)
      await survivor.ready()
      const end = seconds() + 60
      expect(await survivor.claim('used', end)).toBe(true)
      await redis.kill()
      await redis.restart()
      const newcomer = replays(redis.port, settle)
      for (const each of [newcomer, survivor]) {
        await eventually(() => expect(each.claim('used', end)).rejects.toMatchObject({ code: 'doubtful' }))
      }
      await Promise.all([newcomer.ready(), survivor.ready()])
      for (const each of [newcomer, survivor]) {
        await expect(each.claim('used', end)).rejects.toMatchObject({ code: 'doubtful' })
      }
      expect(await newcomer.claim('later', end + 600)).toBe(true)
      expect(await survivor.claim('later', end + 600)).toBe(false)
    })

    test('emptied by a command, it is seen as well', async () => {
      const redis = await start()
      const [survivor, newcomer] = [replays(redis.port), replays(redis.port)]
      const end = seconds() + 60
      await survivor.claim('used', end)
      await newcomer.ready()
      await client(redis.port).flushall()
      await expect(survivor.claim('used', end)).rejects.toMatchObject({ code: 'doubtful' })
      await expect(newcomer.claim('used', end)).rejects.toMatchObject({ code: 'doubtful' })
    })

    test('where nobody remembers, ids that may be older are refused if the user says how long they live', async () => {
      const redis = await start()
      const store = replays(redis.port, { doubtWhenEmpty: 60 })
      await expect(store.claim('id', seconds() + 50)).rejects.toMatchObject({ code: 'doubtful' })
      expect(await store.claim('id', seconds() + 70)).toBe(true)
    })

    test('the processes give back the revocations, and one that comes new waits for them', async () => {
      const redis = await start()
      const { url, token, verifierWith } = await issuing()
      const settle = { settle: 1 }
      const survivor = revocations(redis.port, settle)
      await survivor.ready()
      await survivor.revoke({ issuer: url, tokenId: 'revoked', until: seconds() + 600 })
      await redis.kill()
      await redis.restart()
      const newcomer = revocations(redis.port, settle)
      const verify = verifierWith({ revocation: newcomer })
      await expect(verify(token('revoked'))).rejects.toMatchObject(unavailable)
      await newcomer.ready()
      await expect(verify(token('revoked'))).rejects.toMatchObject({ code: 'token_revoked' })
      await expect(verify(token('good'))).resolves.toBeDefined()
    })
  })

  describe('failed over to a replica that lost the last writes', () => {
    const failover = async () => {
      const master = await start(AT_ONCE)
      const replica = await start(['--replicaof', '127.0.0.1', String(master.port)])
      const proxy = await startProxy(master.port)
      opened.push(proxy)
      const admin = client(replica.port)
      await eventually(async () => (await admin.info('replication')).includes('master_link_status:up'))
      return { master, replica, admin, proxy }
    }
    /** What clients that find their master by name see: another server on the same address. */
    const takeOver = async ({
      master,
      replica,
      admin,
    }: {
      master: RunningRedis
      replica: RunningRedis
      admin: Redis
    }) => {
      await admin.replicaof('NO', 'ONE')
      await master.kill()
      return startProxy(replica.port, master.port)
    }

    test('ids of that time are refused, and revocations are given back', async () => {
      const system = await failover()
      const { master, admin } = system
      const { url, token, verifierWith } = await issuing()
      const replay = replays(master.port)
      const revocation = revocations(master.port)
      await revocation.ready()
      const end = seconds() + 60
      await replay.claim('kept', end)
      await eventually(async () => (await admin.dbsize()) > 17)
      await admin.replicaof('NO', 'ONE')
      await replay.claim('lost', end)
      await revocation.revoke({ issuer: url, tokenId: 'lost', until: seconds() + 600 })
      opened.push(await takeOver(system))

      await eventually(async () => !(await replay.claim('kept', end)))
      const fresh = replays(master.port)
      for (const each of [replay, fresh]) {
        await expect(each.claim('lost', end)).rejects.toMatchObject({ code: 'doubtful' })
        expect(await each.claim(randomUUID(), end + 600)).toBe(true)
      }
      const newcomer = revocations(master.port)
      await newcomer.ready()
      await revocation.caughtUp()
      await newcomer.caughtUp()
      const verify = verifierWith({ revocation: newcomer })
      await expect(verify(token('lost'))).rejects.toMatchObject({ code: 'token_revoked' })
    })
  })

  describe('failed over to a replica that was cut off before a rotation', () => {
    /** An issuer on the master, whose replica hears nothing any more once the link is cut. */
    const signedIn = async () => {
      const master = await start(AT_ONCE)
      const link = await startProxy(master.port)
      opened.push(link)
      const replica = await start(['--replicaof', '127.0.0.1', String(link.port)])
      const admin = client(replica.port)
      const refreshTokens = redisRefreshTokenStore(client(master.port))
      const issuer = createIssuer({
        issuer: 'https://id.example.com',
        keyRing: createKeyRing({ algorithm: 'EdDSA' }),
        clients: staticClients([
          {
            id: 'web',
            authentication: { method: 'none' },
            grants: ['refresh_token'],
            access: { 'orders-api': ['orders:read'] },
          },
        ]),
        refreshTokens,
        refreshGrace: 0,
      })
      const { refreshToken: first = '', signInId = '' } = await issuer.signIn({
        subject: 'alice',
        clientId: 'web',
      })
      const refresh = async (token: string): Promise<string> => {
        const answer = await issuer.refresh(token, 'web')
        return answer.kind === 'renewed' ? (answer.refreshToken ?? '') : answer.kind
      }
      const second = await refresh(first)
      const ofReplica = redisRefreshTokenStore(admin)
      const { current } = (await refreshTokens.find(signInId))!
      await eventually(async () => (await ofReplica.find(signInId))?.current === current)

      const failOver = async () => {
        await master.kill()
        await admin.replicaof('NO', 'ONE')
        opened.push(await startProxy(replica.port, master.port))
        await eventually(() => refreshTokens.find(signInId))
        expect((await refreshTokens.find(signInId))?.current).toBe(current)
      }
      const cut = () => {
        link.cut()
      }
      return { issuer, refresh, first, second, cut, failOver }
    }

    test('the token before the lost rotation is good again, once, and ends with its lost successor', async () => {
      const { refresh, second, cut, failOver } = await signedIn()
      cut()
      const lost = await refresh(second)
      expect(lost).toMatch(/^rt_/)
      await failOver()

      const third = await refresh(second)
      expect(third).toMatch(/^rt_/)
      expect(await refresh(lost)).toBe('reused')
      for (const token of [second, lost, third]) expect(await refresh(token)).toBe('ended')
    })

    test('the lost successor is taken for stolen, and ends the sign-in before the old token is used', async () => {
      const { refresh, second, cut, failOver } = await signedIn()
      cut()
      const lost = await refresh(second)
      await failOver()

      expect(await refresh(lost)).toBe('reused')
      expect(await refresh(second)).toBe('ended')
    })

    test('of many who use the old token at once one gets a successor', async () => {
      const { refresh, second, cut, failOver } = await signedIn()
      cut()
      await refresh(second)
      await failOver()

      const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(second)))
      expect(answers.filter((answer) => answer.startsWith('rt_'))).toHaveLength(1)
      const [successor = ''] = answers.filter((answer) => answer.startsWith('rt_'))
      expect(await refresh(successor)).toBe('ended')
    })

    test('a rotation that the replica had heard of holds, and a sign-out that it had not has not happened', async () => {
      const { issuer, refresh, first, second, cut, failOver } = await signedIn()
      cut()
      await issuer.signOut(second)
      expect(await refresh(second)).toBe('ended')
      await failOver()

      const third = await refresh(second)
      expect(third).toMatch(/^rt_/)
      expect(await refresh(first)).toBe('reused')
      expect(await refresh(third)).toBe('ended')
    })
  })

  describe('cut off from one process', () => {
    test('that one refuses past its bound, and learns what it missed when it is back', async () => {
      const redis = await start()
      const proxy = await startProxy(redis.port)
      opened.push(proxy)
      const { url, token, verifierWith } = await issuing()
      const [near, far] = [revocations(redis.port), revocations(proxy.port, { maxStaleness: 1 })]
      const replay = replays(proxy.port)
      await Promise.all([near.ready(), far.ready(), replay.ready()])
      proxy.cut()
      for (let index = 0; index < 20; index++) {
        await near.revoke({ issuer: url, tokenId: `missed ${index}`, until: seconds() + 600 })
      }
      await expect(replay.claim('id', seconds() + 60)).rejects.toMatchObject({ name: 'RedisStoreError' })
      await eventually(() => far.status().phase === 'stale')
      const verify = verifierWith({ revocation: far })
      await expect(verify(token('good'))).rejects.toMatchObject(unavailable)
      proxy.mend()
      await eventually(() => far.caughtUp())
      for (let index = 0; index < 20; index++) {
        await expect(verify(token(`missed ${index}`))).rejects.toMatchObject({ code: 'token_revoked' })
      }
      await expect(verify(token('good'))).resolves.toBeDefined()
    })
  })

  test('a log that was cut past what a process knows makes it load everything', async () => {
    const redis = await start()
    const proxy = await startProxy(redis.port)
    opened.push(proxy)
    const { url, token, verifierWith } = await issuing()
    const [near, far] = [revocations(redis.port), revocations(proxy.port)]
    await Promise.all([near.ready(), far.ready()])
    proxy.cut()
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        near.revoke({ issuer: url, tokenId: `missed ${index}`, until: seconds() + 600 }),
      ),
    )
    await client(redis.port).xtrim('portcullis:1:{revocations}:log', 'MAXLEN', 1)
    proxy.mend()
    await eventually(() => far.caughtUp())
    expect(far.status().size).toBe(50)
    const verify = verifierWith({ revocation: far })
    await expect(verify(token('missed 0'))).rejects.toMatchObject({ code: 'token_revoked' })
  })

  test('what is dead is forgotten, in Redis and in memory', async () => {
    const redis = await start()
    const store = revocations(redis.port)
    await store.ready()
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        store.revoke({ issuer: 'https://id.example.com', tokenId: `${index}`, until: seconds() + 4 }),
      ),
    )
    expect(store.status().size).toBe(100)
    await eventually(() => store.status().size === 0)
    const reader = client(redis.port)
    await eventually(async () =>
      (await reader.keys('*')).every((key) => key.endsWith(':meta') || key.endsWith(':log')),
    )
  })
})
