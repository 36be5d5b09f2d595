import { withoutFailures } from '@portcullis/core/options'

it('is told what happens, and cannot change it', () => {
  const told: object[] = []
  withoutFailures((event) => told.push(event))({ kind: 'a' })
  expect(told).toEqual([{ kind: 'a' }])
  expect(Object.isFrozen(told[0])).toBe(true)
})

it('costs nobody anything when it throws or rejects', async () => {
  const unhandled = jest.fn()
  process.on('unhandledRejection', unhandled)
  const failure = new Error('full')
  withoutFailures(() => {
    throw failure
  })({})
  withoutFailures(() => Promise.reject(failure))({})
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', unhandled)
  expect(unhandled).not.toHaveBeenCalled()
})
