import {
  memoryRefreshTokenStore,
  rotateFamily,
  type RefreshFamily,
  type RefreshTokenStore,
} from '@portcullis/issuer'
import { refreshTokenStoreContract } from '@portcullis/testing/contracts'
import { createClock } from './support/clock.ts'

describe('the store in memory', () => {
  const clock = createClock()
  const checks = refreshTokenStoreContract({
    clock: {
      now: clock,
      advance: (seconds: number) => {
        clock.advance(seconds)
      },
    },
    open: () => ({ store: memoryRefreshTokenStore({ clock }) }),
  })
  test.each(checks.map((check) => [check.name, check] as const))('%s', (_, check) => check.run())

  test('full, it refuses and forgets only what is dead', async () => {
    let now = 0
    const small = memoryRefreshTokenStore({ capacity: 1, clock: () => now })
    const grant = { clientId: 'web', subject: 'alice', audience: ['orders-api'], scope: [] }
    const family = { id: 'one', grant, current: 'x', idleExpiresAt: 5, expiresAt: 5 }
    await small.create(family)
    await expect(small.create({ ...family, id: 'two' })).rejects.toMatchObject({ code: 'store_full' })
    now = 5
    await small.create({ ...family, id: 'two' })
    expect(await small.find('one')).toBeUndefined()
  })
})

test('the contract finds a store that reads, waits and writes', async () => {
  const clock = createClock()
  const families = new Map<string, RefreshFamily>()
  const torn: RefreshTokenStore = {
    ...memoryRefreshTokenStore({ clock }),
    create: (family) => Promise.resolve(void families.set(family.id, family)),
    find: (id) => Promise.resolve(families.get(id)),
    async rotate(step) {
      const { family, outcome } = rotateFamily(families.get(step.familyId), step)
      await Promise.resolve()
      if (family !== undefined) families.set(family.id, family)
      return outcome
    },
  }
  const checks = refreshTokenStoreContract({
    clock: { now: clock, advance: () => undefined },
    open: () => ({ store: torn }),
  })
  const race = checks.find(({ name }) => name.includes('at once'))
  await expect(race?.run()).rejects.toThrow()
})
