import * as core from '@portcullis/core'
import {
  createIssuer,
  createKeyRing,
  staticClients,
  type RefreshFamily,
  type RefreshStep,
} from '@portcullis/issuer'
import {
  redisIssuerStore,
  redisRefreshTokenStore,
  redisReplayStore,
  redisRevocationStore,
  redisSessionStore,
  type RedisRevocationStore,
} from '@portcullis/redis'
import type { StoredSession } from '@portcullis/session'
import { createTestIssuer } from '@portcullis/testing'
import { Redis } from 'ioredis'

/** A process with stores on Redis, which does what it is sent, until it is killed. */
interface Order {
  readonly number: number
  readonly task: string
  readonly given: readonly unknown[]
}

const {
  port,
  prefix,
  durable = false,
  settle = 0,
} = JSON.parse(process.argv[2] ?? '{}') as {
  port: number
  prefix: string
  durable?: boolean
  settle?: number
}
const redis = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 20, maxRetriesPerRequest: null })
redis.on('error', () => undefined)
const options = { prefix, timeout: 10 }
const replay = redisReplayStore(redis, { ...options, settle, durable })
const refresh = redisRefreshTokenStore(redis, options)
/** Each check of a contract has revocations of its own. */
const revocations = new Map<string, Promise<RedisRevocationStore>>()
const revocationsOf = (space: string): Promise<RedisRevocationStore> => {
  const open = async () => {
    const store = redisRevocationStore(redis, { ...options, settle, prefix: space })
    await store.ready()
    return store
  }
  const opened = revocations.get(space) ?? open()
  revocations.set(space, opened)
  return opened
}
const sessionsOf = (space: string) => redisSessionStore(redis, { ...options, prefix: space })
const sealingKey = Buffer.from('the sealing key of the tests, and of nothing else').subarray(0, 48)
const stores = redisIssuerStore(redis, { ...options, sealingKey })
const keyRing = createKeyRing({ store: stores.keyRing, algorithm: 'EdDSA' })
const issuer = createIssuer({
  issuer: 'https://id.example.com',
  keyRing,
  clients: staticClients([
    {
      id: 'web',
      authentication: { method: 'none' },
      grants: ['refresh_token'],
      access: { 'orders-api': ['orders:read'] },
    },
  ]),
  refreshTokens: stores.refreshTokens,
  refreshGrace: 60,
})

/** The token of another process, signed anew for this one: a verified token is of its own process. */
async function verified(text: string): Promise<core.Auth> {
  const [header, claims] = text
    .split('.', 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>)
  const now = () => Number(claims?.exp) - 3600
  const source = await createTestIssuer({
    algorithm: 'ES256',
    url: String(claims?.iss),
    keyId: String(header?.kid),
    clock: now,
  })
  const token = source.token({ claims: { iat: undefined, jti: undefined, sub: undefined, ...claims } })
  return core.createVerifier(source.verifierOptions(core))(token)
}

const tasks: Readonly<Record<string, (...given: never[]) => unknown>> = {
  claim: (id: string, end: number) => replay.claim(id, end),
  claims: (ids: readonly string[], end: number) => Promise.all(ids.map((id) => replay.claim(id, end))),
  create: (family: RefreshFamily) => refresh.create(family),
  find: (id: string) => refresh.find(id),
  rotate: (step: RefreshStep) => refresh.rotate(step),
  end: (id: string, now: number) => refresh.revoke(id, now),
  revoke: async (space: string, revocation: core.Revocation) =>
    (await revocationsOf(space)).revoke(revocation),
  async isRevoked(space: string, text: string) {
    const store = await revocationsOf(space)
    await store.caughtUp()
    return store.isRevoked(await verified(text))
  },
  async closeRevocations(space: string) {
    const store = await revocationsOf(space)
    store.close()
    revocations.delete(space)
  },
  keepSession: (space: string, session: StoredSession) => sessionsOf(space).create(session),
  findSession: (space: string, id: string) => sessionsOf(space).find(id),
  touchSession: (space: string, id: string, seen: StoredSession) => sessionsOf(space).touch(id, seen),
  listSessions: (space: string, subject: string) => sessionsOf(space).list(subject),
  removeSession: (space: string, id: string) => sessionsOf(space).remove(id),
  signIn: async () => (await issuer.signIn({ subject: 'alice', clientId: 'web' })).refreshToken,
  async refresh(token: string) {
    const form = { client_id: 'web', grant_type: 'refresh_token', refresh_token: token }
    const request = new Request('https://id.example.com/token', {
      method: 'POST',
      body: new URLSearchParams(form),
    })
    const response = await issuer.handler(request)
    return { status: response.status, ...((await response.json()) as object) }
  },
  jwks: () => keyRing.jwks(),
}

process.on('message', ({ number, task, given }: Order) => {
  const perform = async () => await tasks[task]?.(...(given as never[]))
  perform().then(
    (answer) => process.send?.({ number, answer: JSON.stringify(answer) }),
    (error: unknown) => {
      const { name, code } = error as { readonly name: string; readonly code?: string }
      process.send?.({ number, error: { name, code } })
    },
  )
})
process.on('disconnect', () => process.exit())
await replay.ready()
process.send?.({ number: 0 })
