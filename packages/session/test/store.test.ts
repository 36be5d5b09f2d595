import { memorySessionStore, type StoredSession } from '@portcullis/session'
import { createTestClock } from '@portcullis/testing'
import { sessionStoreContract } from '@portcullis/testing/contracts'

const session = (id: string, parts: Partial<StoredSession> = {}): StoredSession => ({
  id,
  subject: 'alice',
  signInId: `sign-in of ${id}`,
  createdAt: 0,
  lastSeenAt: 0,
  idleExpiresAt: 100,
  expiresAt: 1000,
  accessLifetime: 300,
  device: '',
  ...parts,
})

describe('the store in memory keeps the contract', () => {
  const time = createTestClock()
  const clock = {
    now: time,
    advance: (seconds: number) => {
      time.advance(seconds)
    },
  }
  const checks = sessionStoreContract({
    clock,
    open: () => ({ store: memorySessionStore({ clock: time }) }),
    openWithRoomFor: (capacity) => ({ store: memorySessionStore({ capacity, clock: time }) }),
  })
  test.each(checks.map((check) => [check.name, check] as const))('%s', (_, check) => check.run())
})

test('what was idle for too long is not there', async () => {
  let now = 0
  const store = memorySessionStore({ clock: () => now })
  await store.create(session('a'))
  now = 99.9
  expect(await store.find('a')).toBeDefined()
  now = 100
  expect(await store.find('a')).toBeUndefined()
  expect(await store.list('alice')).toEqual([])
  now = Number.NaN
  expect(await store.find('a')).toBeUndefined()
})

test('a full store refuses, until something has died', async () => {
  let now = 0
  const store = memorySessionStore({ capacity: 2, clock: () => now })
  await store.create(session('a'))
  await store.create(session('b', { idleExpiresAt: 500 }))
  await expect(store.create(session('c'))).rejects.toThrow('full')
  now = 100
  await store.create(session('c', { idleExpiresAt: 500 }))
  await expect(store.create(session('d'))).rejects.toThrow('full')
  expect((await store.list('alice')).map(({ id }) => id)).toEqual(['b', 'c'])
})
