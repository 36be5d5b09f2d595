import { memoryRefreshTokenStore } from '@portcullis/issuer'
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
