import fc from 'fast-check'
import { createRecentTokens } from '../../src/state/recent-tokens.js'
import { settings } from '../property/settings.js'

/** Longer than the end by which a token is looked up. */
const END = '.an-end-of-32-characters-and-more'
const random = (from: number) =>
  Array.from({ length: 40 }, (_, at) => String.fromCharCode(65 + ((from * (at + 7)) % 26))).join('')

test('keeps the tokens that were used last, as many as it is told and no more', () => {
  const step = fc.record({ number: fc.nat(30), sets: fc.boolean() })
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(step, { maxLength: 300, size: 'max' }),
      (size, steps) => {
        const tokens = createRecentTokens<number>(size)
        // A Map hands its entries out in the order in which they came; what is used comes anew.
        const model = new Map<string, number>()
        steps.forEach(({ number, sets }, time) => {
          const token = random(number)
          if (sets) {
            tokens.set(token, time)
            model.delete(token)
            model.set(token, time)
            const [oldest] = model.keys()
            if (model.size > size && oldest !== undefined) model.delete(oldest)
            return
          }
          const expected = model.get(token)
          expect(tokens.get(token)).toBe(expected)
          if (expected === undefined) return
          model.delete(token)
          model.set(token, expected)
        })
      },
    ),
    settings(300),
  )
})

test('tells tokens apart that end alike, and whose beginning is another one', () => {
  const tokens = createRecentTokens<string>(100)
  tokens.set(`one${END}`, 'one')
  tokens.set(`two${END}`, 'two')
  expect(tokens.get(`one${END}`)).toBe('one')
  expect(tokens.get(`two${END}`)).toBe('two')
  expect(tokens.get(`six${END}`)).toBeUndefined()
  expect(tokens.get(END)).toBeUndefined()
})

test('looks at eight tokens of one end at most, and keeps those that came last', () => {
  const tokens = createRecentTokens<number>(1000)
  for (let number = 0; number < 100; number++) tokens.set(`${number}${END}`, number)
  const kept = Array.from({ length: 100 }, (_, number) => tokens.get(`${number}${END}`))
  expect(kept.filter((number) => number !== undefined)).toEqual([92, 93, 94, 95, 96, 97, 98, 99])
  tokens.set('another', 1)
  expect(tokens.get('another')).toBe(1)
})

test.each(['', 'a', 'é', '\u{1f511}'])('knows a token of few characters: %j', (token) => {
  const tokens = createRecentTokens<string>(1)
  expect(tokens.get(token)).toBeUndefined()
  tokens.set(token, 'known')
  expect(tokens.get(token)).toBe('known')
  tokens.set('next', 'next')
  expect(tokens.get(token)).toBeUndefined()
})
