import { createVerifier, localJwks, memoryRevocationStore, secret } from '@portcullis/core'
import { redisReplayStore, redisRevocationStore } from '@portcullis/redis'
import { createTestIssuer } from '@portcullis/testing'
import { Redis } from 'ioredis'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { oneAfterAnother } from '../measuring/samples.mjs'
import { interleave } from '../measuring/rounds.mjs'
import { shareOf } from '../measuring/pace.mjs'
import { figure, ratio, table } from '../measuring/table.mjs'
import { hasRedis, startRedis } from './running-redis.mjs'

const LIVE = 100_000
const REVOKED = 200
const PROCESSES = 4
const AT_ONCE = 1000
const ISSUER = 'https://id.example.com'

/** What shared state costs a request, and how soon a revocation is in force in other processes. */
export async function measure(pace, progress) {
  if (!hasRedis()) return { leftOut: 'redis-server is not installed (apt-get install redis-server)' }
  const server = await startRedis()
  const redis = new Redis({ port: server.port, host: '127.0.0.1' })
  try {
    progress('how soon a revocation is in force')
    const spread = await measureSpread(redis, server.port, pace)
    const live = shareOf(LIVE, pace, 1000)
    progress(`a check with ${live} live revocations`)
    const checks = await measureChecks(redis, live, pace)
    progress('claims')
    const claims = await measureClaims(redis, pace)
    return { spread, live, checks, claims }
  } finally {
    redis.disconnect()
    await server.stop()
  }
}

async function measureSpread(redis, port, pace) {
  const program = fileURLToPath(new URL('./following-process.mjs', import.meta.url))
  const children = Array.from({ length: PROCESSES }, () => fork(program, [String(port)]))
  const store = redisRevocationStore(redis, { settle: 0 })
  await Promise.all([store.ready(), ...children.map((child) => once(child, 'message'))])
  const until = Date.now() / 1000 + 3600
  const delays = []
  for (let number = 1; number <= shareOf(REVOKED, pace, 3); number++) {
    const told = Promise.all(children.map(async (child) => (await once(child, 'message'))[0].at))
    const asked = Date.now()
    await store.revoke({ issuer: ISSUER, tokenId: `spread ${number}`, until })
    for (const at of await told) delays.push(Math.max(0, at - asked))
  }
  for (const child of children) child.disconnect()
  store.close()
  delays.sort((one, other) => one - other)
  const share = (part) => delays[Math.min(delays.length - 1, Math.floor(delays.length * part))]
  return { p50: share(0.5), p99: share(0.99), longest: delays.at(-1) }
}

async function measureChecks(redis, live, pace) {
  const shared = redisRevocationStore(redis, { settle: 0, timeout: 30 })
  const memory = memoryRevocationStore()
  await shared.ready()
  const until = Date.now() / 1000 + 3600
  for (let at = 0; at < live; at += AT_ONCE) {
    const revoked = Array.from({ length: AT_ONCE }, (_, index) => ({
      issuer: ISSUER,
      tokenId: `${at + index}`,
      until,
    }))
    await Promise.all(revoked.map((each) => shared.revoke(each)))
    for (const each of revoked) memory.revoke(each)
  }
  const issuer = await createTestIssuer({ algorithm: 'ES256', url: ISSUER })
  const verify = createVerifier(issuer.verifierOptions({ localJwks, secret }))
  const tokens = await Promise.all(
    Array.from({ length: 64 }, (_, index) =>
      verify(
        issuer.token({ claims: { jti: `good ${index}`, sid: `session ${index}`, sub: `user ${index}` } }),
      ),
    ),
  )
  const revoked = await verify(issuer.token({ claims: { jti: '7' } }))
  for (const store of [shared, memory]) {
    if (store.isRevoked(tokens[0]) || !store.isRevoked(revoked))
      throw new Error('A store does not answer honestly')
  }
  const thousand = (store) => () =>
    oneAfterAnother(
      () => tokens,
      (list) => {
        for (let round = 0; round < 16; round++) for (const token of list) store.isRevoked(token)
      },
      pace,
    )
  const contenders = { 'in memory': thousand(memory), 'on Redis': thousand(shared) }
  const results = await interleave(contenders, pace)
  shared.close()
  const each = ({ elapsed, cpu }) => ({ elapsed: elapsed / 1024, cpu: cpu / 1024 })
  return Object.fromEntries(Object.entries(results).map(([name, sample]) => [name, each(sample)]))
}

async function measureClaims(redis, pace) {
  const store = redisReplayStore(redis, { settle: 0, timeout: 30 })
  const until = Date.now() / 1000 + 3600
  let number = 0
  const times = []
  for (let turn = 0; turn < shareOf(2000, pace, 10); turn++) {
    const started = performance.now()
    await store.claim(`one ${(number += 1)}`, until)
    times.push(performance.now() - started)
  }
  times.sort((one, other) => one - other)
  const count = shareOf(20_000, pace, 64)
  const started = performance.now()
  const worker = async () => {
    while (number < count) await store.claim(`many ${(number += 1)}`, until)
  }
  number = 0
  await Promise.all(Array.from({ length: 64 }, worker))
  const perSecond = (count / (performance.now() - started)) * 1000
  return { p50: times[times.length >> 1], p99: times[Math.floor(times.length * 0.99)], perSecond }
}

export function print({ leftOut, spread, live, checks, claims }) {
  if (leftOut !== undefined) return table(['left out', 'measured'], [[leftOut, 0]])
  const reference = checks['in memory']
  return [
    table(
      [`a revocation in force in ${PROCESSES} other processes`, 'p50 ms', 'p99 ms', 'longest ms'],
      [['after it was asked for', figure(spread.p50), figure(spread.p99), figure(spread.longest)]],
    ),
    table(
      [`a check, ${live.toLocaleString('en')} live revocations`, 'µs', '', 'CPU µs'],
      Object.entries(checks).map(([name, { elapsed, cpu }]) => [
        name,
        figure(elapsed),
        ratio(elapsed / reference.elapsed),
        figure(cpu),
      ]),
    ),
    table(
      ['a claim', 'p50 ms', 'p99 ms', 'claims/s, 64 in flight'],
      [['on Redis', figure(claims.p50), figure(claims.p99), figure(claims.perSecond)]],
    ),
  ].join('\n\n')
}
