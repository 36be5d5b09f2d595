import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApiKeys, createKeyRing, type Client, type RefreshFamily } from '@portcullis/issuer'
import { openIssuerStore, type IssuerStore, type IssuerStoreOptions } from '@portcullis/issuer/lmdb'
import { refreshTokenStoreContract, replayStoreContract } from '@portcullis/testing/contracts'
import { createClock } from './support/clock.ts'

let root: string
let number = 0
const opened: IssuerStore[] = []
const newPath = () => join(root, String(number++))
const open = (options: Partial<IssuerStoreOptions> = {}) => {
  const store = openIssuerStore({ path: newPath(), ...options })
  opened.push(store)
  return store
}
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'portcullis-store-'))
})
afterAll(async () => {
  for (const store of opened) await store.close()
  rmSync(root, { recursive: true })
})

const clock = createClock()
const contractClock = {
  now: clock,
  advance: (seconds: number) => {
    clock.advance(seconds)
  },
}

describe('refresh tokens in the durable store', () => {
  const checks = refreshTokenStoreContract({
    clock: contractClock,
    open: () => ({ store: open({ clock }).refreshTokens }),
  })
  test.each(checks.map((check) => [check.name, check] as const))('%s', (_, check) => check.run())
})

describe('replay claims in the durable store', () => {
  const checks = replayStoreContract({
    clock: contractClock,
    open: () => ({ store: open({ clock }).replay }),
    openWithRoomFor: (capacity) => ({ store: open({ clock, capacity }).replay }),
  })
  test.each(checks.map((check) => [check.name, check] as const))('%s', (_, check) => check.run())
})

const family = (id: string, expiresAt: number): RefreshFamily => ({
  id,
  grant: { clientId: 'web', subject: 'alice', audience: ['orders-api'], scope: [] },
  current: 'x',
  idleExpiresAt: expiresAt,
  expiresAt,
})

test('everything survives a restart', async () => {
  const path = newPath()
  const client: Client = {
    id: 'batch',
    authentication: { method: 'api_key' },
    grants: ['client_credentials'],
    access: { 'inventory-api': ['stock:read'] },
  }
  const before = openIssuerStore({ path })
  const { key, id } = await createApiKeys({ prefix: 'acme', store: before.apiKeys }).create({
    clientId: 'batch',
  })
  await before.clients.save(client)
  await before.refreshTokens.create(family('one', Date.now() + 1000))
  await before.revokedTokens.revoke('jti', Date.now() / 1000 + 60)
  await before.replay.claim('proof', Date.now() / 1000 + 60)
  const keys = await createKeyRing({ store: before.keyRing }).jwks()
  await before.close()

  const after = openIssuerStore({ path })
  expect(await createApiKeys({ prefix: 'acme', store: after.apiKeys }).check(key)).toMatchObject({ id })
  expect(await after.clients.find('batch')).toEqual(client)
  expect((await after.refreshTokens.find('one'))?.grant.subject).toBe('alice')
  expect(await after.revokedTokens.isRevoked('jti')).toBe(true)
  expect(await after.replay.claim('proof', Date.now() / 1000 + 60)).toBe(false)
  expect(await createKeyRing({ store: after.keyRing }).jwks()).toEqual(keys)
  await after.close()
})

test('it is in a directory that only its owner enters, and refuses another', async () => {
  const path = newPath()
  const store = openIssuerStore({ path })
  await store.close()
  expect(statSync(path).mode & 0o777).toBe(0o700)
  chmodSync(path, 0o750)
  expect(() => openIssuerStore({ path })).toThrow(expect.objectContaining({ code: 'store_exposed' }) as Error)
})

test.each([
  [{}, 'path'],
  [{ path: '' }, 'path'],
  [{ path: 'x', capacity: 0 }, 'capacity'],
  [{ path: 'x', file: 'y' }, 'file'],
])('options %j are refused', (options, option) => {
  expect(() => openIssuerStore(options as IssuerStoreOptions)).toThrow(
    expect.objectContaining({ option }) as Error,
  )
})

describe('what it holds is bounded', () => {
  test('full, it refuses and forgets only what is dead', async () => {
    const { refreshTokens, revokedTokens } = open({ clock, capacity: 2 })
    const end = clock() + 100
    await refreshTokens.create(family('one', end))
    await refreshTokens.create(family('two', end + 100))
    await expect(refreshTokens.create(family('three', end))).rejects.toMatchObject({ code: 'store_full' })
    await revokedTokens.revoke('one', end)
    await revokedTokens.revoke('two', end)
    await expect(revokedTokens.revoke('three', end)).rejects.toMatchObject({ code: 'store_full' })
    expect(await revokedTokens.isRevoked('one')).toBe(true)
    clock.advance(101)
    await refreshTokens.create(family('three', end + 200))
    await revokedTokens.revoke('three', end + 200)
    expect(await refreshTokens.find('one')).toBeUndefined()
    expect(await refreshTokens.find('two')).toBeDefined()
    expect(await revokedTokens.isRevoked('one')).toBe(false)
  })

  test('sign-ins that died make room for new ones, a few at each', async () => {
    const { refreshTokens } = open({ clock, capacity: 40 })
    for (let generation = 0; generation < 4; generation++) {
      for (let each = 0; each < 40; each++) {
        await refreshTokens.create(family(`${generation} ${each}`, clock() + 10))
      }
      clock.advance(11)
    }
    expect(await refreshTokens.find('3 39')).toBeDefined()
    expect(await refreshTokens.find('0 0')).toBeUndefined()
  })
})

describe('API keys', () => {
  test('a client has two that live, also when they are made at the same time', async () => {
    const { apiKeys: store } = open({ clock })
    const apiKeys = createApiKeys({ prefix: 'acme', store, clock })
    const attempts = await Promise.allSettled(
      Array.from({ length: 8 }, () => apiKeys.create({ clientId: 'batch' })),
    )
    const made = attempts.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    expect(made).toHaveLength(2)
    expect(await apiKeys.revoke(made[0]!.id)).toBe(true)
    expect(await apiKeys.check(made[0]!.key)).toBeUndefined()
    const third = await apiKeys.create({ clientId: 'batch', lifetime: 60 })
    expect(await store.find(made[0]!.id)).toBeUndefined()
    expect(await apiKeys.check(third.key)).toMatchObject({ clientId: 'batch' })
    clock.advance(61)
    expect(await apiKeys.check(third.key)).toBeUndefined()
    expect(await apiKeys.check(made[1]!.key)).toMatchObject({ clientId: 'batch' })
    await apiKeys.create({ clientId: 'batch' })
    await expect(apiKeys.create({ clientId: 'batch' })).rejects.toMatchObject({ code: 'api_key_limit' })
    expect(await apiKeys.revoke('nothing')).toBe(false)
  })
})

test('clients come and go, and are checked before', async () => {
  const { clients } = open()
  const client: Client = {
    id: 'web',
    authentication: { method: 'none' },
    grants: ['refresh_token'],
    access: { 'orders-api': ['orders:read'] },
  }
  await clients.save(client)
  await clients.save({ ...client, access: {} })
  expect(await clients.find('web')).toEqual({ ...client, access: {} })
  await expect(clients.save({ ...client, grants: ['client_credentials'] })).rejects.toMatchObject({
    option: 'client',
  })
  expect(await clients.remove('web')).toBe(true)
  expect(await clients.remove('web')).toBe(false)
  expect(await clients.find('web')).toBeUndefined()
  expect(await clients.find('x'.repeat(100_000))).toBeUndefined()
})

test('a key ring is replaced from the version before only', async () => {
  const { keyRing } = open()
  expect(await keyRing.read()).toBeUndefined()
  expect(await keyRing.replace({ version: 2, content: 'b' })).toBe(false)
  const rivals = ['a', 'b', 'c', 'd'].map((content) => keyRing.replace({ version: 1, content }))
  expect((await Promise.all(rivals)).filter(Boolean)).toHaveLength(1)
  expect(await keyRing.replace({ version: 2, content: 'next' })).toBe(true)
  expect(await keyRing.read()).toEqual({ version: 2, content: 'next' })
})
