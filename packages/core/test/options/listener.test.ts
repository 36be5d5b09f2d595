import { safeListener } from '@portcullis/core/internal'

it('is told what happens, and cannot change it', () => {
  const told: object[] = []
  safeListener((event) => told.push(event))({ kind: 'a' })
  expect(told).toEqual([{ kind: 'a' }])
  expect(Object.isFrozen(told[0])).toBe(true)
})

it('costs nobody anything when it throws or rejects', async () => {
  const unhandled = jest.fn()
  process.on('unhandledRejection', unhandled)
  const failure = new Error('full')
  safeListener(() => {
    throw failure
  })({})
  safeListener(() => Promise.reject(failure))({})
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', unhandled)
  expect(unhandled).not.toHaveBeenCalled()
})
