import { createApiKeys, memoryApiKeyStore, type StoredApiKey } from '@portcullis/issuer'
import { createClock } from './support/clock.ts'

function setUp() {
  const clock = createClock()
  const memory = memoryApiKeyStore()
  const stored: StoredApiKey[] = []
  const store = {
    ...memory,
    add(key: StoredApiKey, limit: number, now: number) {
      stored.push(key)
      return memory.add(key, limit, now)
    },
  }
  return { clock, stored, apiKeys: createApiKeys({ prefix: 'acme_live', store, clock, lifetime: 1000 }) }
}

test('a key is recognisable, and is stored as a digest', async () => {
  const { apiKeys, stored } = setUp()
  const { key, id } = await apiKeys.create({ clientId: 'orders', scope: ['stock:read'] })
  expect(key).toMatch(/^acme_live_[0-9A-Za-z]{71}$/)
  expect(await apiKeys.check(key)).toMatchObject({ id, clientId: 'orders', scope: ['stock:read'] })
  expect(JSON.stringify(stored)).not.toContain(key.slice(40, 60))
})

test('a key that is changed anywhere is none, mostly before the store is asked', async () => {
  const { apiKeys } = setUp()
  const { key } = await apiKeys.create({ clientId: 'orders' })
  for (let at = 0; at < key.length; at++) {
    const changed = key.slice(0, at) + (key[at] === 'x' ? 'y' : 'x') + key.slice(at + 1)
    expect(apiKeys.recognises(changed)).toBe(false)
    expect(await apiKeys.check(changed)).toBeUndefined()
  }
  const elsewhere = createApiKeys({ prefix: 'acme_test' })
  for (const wrong of [key.slice(1), `${key}0`, key.replace('live', 'test'), '', 'acme_live_']) {
    expect(await apiKeys.check(wrong)).toBeUndefined()
    expect(await elsewhere.check(wrong)).toBeUndefined()
  }
})

test('a client has two keys at most, so that one replaces the other', async () => {
  const { apiKeys, clock } = setUp()
  const [one, other] = [
    await apiKeys.create({ clientId: 'orders' }),
    await apiKeys.create({ clientId: 'orders' }),
  ]
  await expect(apiKeys.create({ clientId: 'orders' })).rejects.toMatchObject({ code: 'api_key_limit' })
  expect(await apiKeys.revoke(one.id)).toBe(true)
  expect(await apiKeys.check(one.key)).toBeUndefined()
  expect(await apiKeys.check(other.key)).toBeDefined()
  await apiKeys.create({ clientId: 'orders' })
  clock.advance(1000)
  expect(await apiKeys.check(other.key)).toBeUndefined()
  await apiKeys.create({ clientId: 'orders' })
  expect(await apiKeys.revoke('nothing')).toBe(false)
})

test('options and lifetimes that make no sense are refused', async () => {
  for (const prefix of ['', 'Acme', 'a b', '_a', 'a'.repeat(33)]) {
    expect(() => createApiKeys({ prefix })).toThrow(/^prefix: /)
  }
  const { apiKeys } = setUp()
  for (const lifetime of [0, -1, Number.NaN]) {
    await expect(apiKeys.create({ clientId: 'a', lifetime })).rejects.toMatchObject({
      code: 'lifetime_invalid',
    })
  }
})
