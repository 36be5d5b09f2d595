import { createUnknownKeyLimiter } from '../../../src/keys/remote/unknown-key-limiter.js'

const make = () => createUnknownKeyLimiter({ unknownKeyCooldown: 2, unknownKeyInterval: 30 })

describe('the limiter of unknown key ids', () => {
  it('lets a lookup through 2 seconds after the last fetch', () => {
    const limiter = make()
    expect(limiter.mayAsk(1.9, 0)).toBe(false)
    expect(limiter.mayAsk(2, 0)).toBe(true)
  })

  it('denies an id for 30 seconds after the issuer did not have it', () => {
    const limiter = make()
    limiter.denied('a', 100)
    expect(limiter.isDenied('a', 129.9)).toBe(true)
    expect(limiter.isDenied('a', 130)).toBe(false)
    expect(limiter.isDenied('b', 100)).toBe(false)
  })

  it('does not deny an id that the issuer was not asked about', () => {
    const limiter = make()
    limiter.noticed('a', 100)
    expect(limiter.isDenied('a', 100)).toBe(false)
  })

  it('counts an id that was only noticed once, however often it comes', () => {
    const limiter = make()
    for (let i = 0; i < 1000; i++) limiter.noticed('published-soon', 0)
    expect(limiter.mayAsk(2, 0)).toBe(true)
  })

  it('lets one lookup through each 30 seconds of a flood, never none and never two', () => {
    const limiter = make()
    const lookups: number[] = []
    let id = 0
    let last = 0
    for (let now = 10; now < 310; now += 0.01) {
      if (limiter.mayAsk(now, last)) {
        lookups.push(now)
        last = now
        limiter.denied(`${id++}`, now)
      } else {
        limiter.noticed(`${id++}`, now)
      }
    }
    expect(lookups[0]).toBe(10)
    const gaps = lookups.slice(1).map((at, index) => at - (lookups[index] ?? 0))
    for (const gap of gaps.slice(1)) {
      expect(gap).toBeGreaterThanOrEqual(29.98)
      expect(gap).toBeLessThan(30.1)
    }
    expect(lookups.length).toBeGreaterThanOrEqual(10)
    expect(lookups.length).toBeLessThanOrEqual(11)
  })

  it('gives a sender of one unknown id after the other four lookups, then one each 30 seconds', () => {
    const limiter = make()
    let lookups = 0
    let last = 0
    for (let now = 10; now < 310; now += 2) {
      if (!limiter.mayAsk(now, last)) continue
      lookups++
      last = now
      limiter.denied(`${now}`, now)
    }
    expect(lookups).toBeLessThanOrEqual(4 + 300 / 30)
  })

  it('remembers 1,000 ids at most', () => {
    const limiter = make()
    for (let id = 0; id < 10_000; id++) limiter.denied(`${id}`, id)
    expect(limiter.size()).toBe(1000)
  })
})
