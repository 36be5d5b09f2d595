import fc from 'fast-check'
import { createExpiringMap } from '../../src/cache/expiring-map.js'
import { mistakeOf } from '../issuers/support/failure.js'
import { memoryReplayStore } from '../../src/state/memory-replay-store.js'

test('holds what it was given until its second, and not at that second', () => {
  const map = createExpiringMap<string>(10)
  map.set('a', 'one', 100, 0)
  expect(map.get('a', 99.999)).toBe('one')
  expect(map.get('a', 100)).toBeUndefined()
  expect(map.get('b', 0)).toBeUndefined()
})

test('forgets no living entry, whatever comes and goes', () => {
  const step = fc.record({
    key: fc.integer({ min: 0, max: 40 }),
    life: fc.integer({ min: 1, max: 30 }),
    pause: fc.nat(5),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
      const map = createExpiringMap<number>(20)
      const model = new Map<string, number>()
      let now = 0
      for (const { key, life, pause } of steps) {
        now += pause
        const name = String(key)
        try {
          map.set(name, key, now + life, now)
          model.set(name, now + life)
        } catch {
          // Full: then at least so many must live or wait to be swept.
          expect(map.size).toBe(20)
        }
        expect(map.size).toBeLessThanOrEqual(20)
        const wrong = [...model].filter(
          ([each, end]) => map.get(each, now) !== (end > now ? Number(each) : undefined),
        )
        expect(wrong).toEqual([])
      }
    }),
    { numRuns: 50 },
  )
})

test('a full map looks at all its places in turn before it gives up for good', () => {
  const map = createExpiringMap<number>(1000)
  for (let each = 0; each < 1000; each++) map.set(`${each}`, each, each === 999 ? 10 : 1000, 0)
  const attempts: boolean[] = []
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      map.set('new', 1, 1000, 20)
      attempts.push(true)
    } catch {
      attempts.push(false)
    }
  }
  expect(attempts).toContain(true)
})

test('a map that is full of the dead has room at once', () => {
  for (let before = 0; before < 50; before++) {
    const map = createExpiringMap<number>(50)
    for (let each = 0; each < 50; each++) map.set(`${each}`, each, 10, 0)
    // Wherever the sweep has come to, it goes on from the beginning.
    for (let step = 0; step < before; step++) map.set('0', 0, 10, 0)
    map.set('new', 1, 100, 20)
    expect(map.get('new', 20)).toBe(1)
  }
})

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  'takes no entry until %s',
  (end) => {
    expect(() => {
      createExpiringMap<number>(1).set('a', 1, end, 0)
    }).toThrow(TypeError)
  },
)

test('a clock that answers no number makes nothing die', () => {
  let now = 0
  const store = memoryReplayStore({ clock: () => now, capacity: 10 })
  expect(store.claim('a', 100)).toBe(true)
  now = Number.NaN
  expect(store.claim('a', 100)).toBe(false)
})

test.each([
  ['capacity', { capacity: 0 }],
  ['capacity', { capacity: 20_000_000 }],
  ['clock', { clock: 1 }],
  ['capacty', { capacty: 10 }],
])('memoryReplayStore has no such %s: %j', (option, options) => {
  expect(mistakeOf(() => memoryReplayStore(options as never)).option).toBe(option)
})
