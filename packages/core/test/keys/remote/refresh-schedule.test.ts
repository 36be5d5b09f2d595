import { createRefreshSchedule } from '../../../src/keys/remote/refresh-schedule.js'

const settings = {
  ageLimit: 600,
  minimumAge: 30,
  refreshAt: 0.8,
  staleLimit: 86_400,
  backoff: 1,
  backoffLimit: 60,
}
const scheduleWith = (random: number) => createRefreshSchedule(settings, () => random)

describe('the refresh schedule', () => {
  it('begins with nothing, and is due', () => {
    const schedule = scheduleWith(0)
    expect(schedule.phase(0)).toBe('missing')
    expect(schedule.isDue(0)).toBe(true)
    expect(schedule.age(0)).toBe(Number.POSITIVE_INFINITY)
  })

  it.each([
    [0, 480],
    [0.5, 510],
    [1, 540],
  ])('refreshes between 80 and 90 % of the age limit: chance %d gives %d s', (random, due) => {
    const schedule = scheduleWith(random)
    schedule.succeeded(1000, undefined)
    expect(schedule.untilDue(1000)).toBeCloseTo(due, 9)
    expect(schedule.isDue(1000 + due - 0.001)).toBe(false)
    expect(schedule.isDue(1000 + due + 0.001)).toBe(true)
  })

  it('counts the age from when the keys were asked for', () => {
    const schedule = scheduleWith(0)
    schedule.succeeded(1000, undefined)
    expect(schedule.phase(1599.9)).toBe('fresh')
    expect(schedule.phase(1600)).toBe('outdated')
  })

  it('lets keys serve after a failure, as long as the failure is news', () => {
    const schedule = scheduleWith(0)
    schedule.succeeded(0, undefined)
    schedule.failed(605, false)
    expect(schedule.phase(605)).toBe('stale')
    expect(schedule.phase(665)).toBe('stale')
    expect(schedule.phase(667)).toBe('outdated')
  })

  it('ends at the stale limit, failing or not', () => {
    const schedule = scheduleWith(0)
    schedule.succeeded(0, undefined)
    schedule.failed(86_399, false)
    expect(schedule.phase(86_399.9)).toBe('stale')
    expect(schedule.phase(86_400)).toBe('missing')
  })

  it('ends at the age limit when the keys were withdrawn, and begins anew with the next keys', () => {
    const schedule = scheduleWith(0)
    schedule.succeeded(0, undefined)
    schedule.failed(500, true)
    schedule.failed(501, false)
    expect(schedule.phase(599)).toBe('fresh')
    expect(schedule.phase(600)).toBe('missing')
    schedule.succeeded(700, undefined)
    schedule.failed(1300, false)
    expect(schedule.phase(1300)).toBe('stale')
  })

  it('doubles the wait from 1 to 60 s, and starts over after a success', () => {
    const schedule = scheduleWith(0)
    const waits = Array.from({ length: 8 }, () => {
      schedule.failed(0, false)
      return schedule.untilDue(0)
    })
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
    schedule.succeeded(0, undefined)
    schedule.failed(0, false)
    expect(schedule.untilDue(0)).toBe(1)
  })

  it('does not overflow after years of failures', () => {
    const schedule = scheduleWith(0)
    for (let attempt = 0; attempt < 5000; attempt++) schedule.failed(0, false)
    expect(schedule.untilDue(0)).toBe(60)
  })

  it.each([
    [100, 100],
    [10, 30],
    [0, 30],
    [1e9, 600],
    [undefined, 600],
  ])('has an age limit for max-age %p of %d s', (maxAge, limit) => {
    const schedule = scheduleWith(0)
    schedule.succeeded(0, maxAge)
    expect(schedule.phase(limit - 0.1)).toBe('fresh')
    expect(schedule.phase(limit)).toBe('outdated')
  })
})
