import { createTestClock } from '@portcullis/testing'

it('stands still until it is set or moved', () => {
  const clock = createTestClock(1_000)
  expect(clock()).toBe(1_000)
  clock.advance(1.5)
  expect(clock()).toBe(1_001.5)
  clock.advance(-1.5)
  expect(clock()).toBe(1_000)
  clock.set(5)
  expect(clock()).toBe(5)
  clock.set(new Date('2030-01-01T00:00:00Z'))
  expect(clock()).toBe(1_893_456_000)
  expect(createTestClock(new Date(2_000))()).toBe(2)
})

it('starts at the system time, in whole seconds', () => {
  const before = Math.floor(Date.now() / 1000)
  const start = createTestClock()()
  expect(Number.isInteger(start)).toBe(true)
  expect(start).toBeGreaterThanOrEqual(before)
  expect(start).toBeLessThanOrEqual(Date.now() / 1000)
})

it.each([Date.now(), -1, Number.NaN, Number.POSITIVE_INFINITY, new Date(Number.NaN)])(
  'refuses %p, which is no number of seconds',
  (moment) => {
    expect(() => createTestClock(moment)).toThrow(/seconds since the epoch \(not milliseconds\)/)
    const clock = createTestClock(7)
    expect(() => {
      clock.set(moment)
    }).toThrow(RangeError)
    expect(() => {
      clock.advance(moment instanceof Date ? Number.NaN : moment - 8)
    }).toThrow(RangeError)
    expect(clock()).toBe(7)
  },
)
