import { createElapsedTime, sleepAwareTime } from '../../../src/keys/remote/elapsed-time.js'
import { closeScenes, openScene } from './support/scene.js'
import { createSigner } from './support/signer.js'
import { jwks } from './support/answers.js'

afterEach(closeScenes)

describe('elapsed time', () => {
  it('goes on from where it was when the given clock is set back', () => {
    let now = 1000
    const time = createElapsedTime(() => now)
    const start = time()
    now = 1010
    expect(time() - start).toBe(10)
    now = 500
    expect(time() - start).toBe(10)
    now = 505
    expect(time() - start).toBe(15)
  })

  it('of the process does not heed a wall clock that is set back, and adds what the machine slept', () => {
    let monotonic = 50
    let wall = 1_800_000_000
    const time = sleepAwareTime(
      () => monotonic,
      () => wall,
    )
    const start = time()
    const pass = (awake: number, byTheWall: number) => {
      monotonic += awake
      wall += byTheWall
      return Math.round(time() - start)
    }
    expect(pass(10, 10)).toBe(10)
    expect(pass(0, -3600)).toBe(10)
    expect(pass(10, 10)).toBe(20)
    expect(pass(5, 28_805)).toBe(28_825)
    expect(pass(10, 10)).toBe(28_835)
    expect(pass(0, 3600)).toBe(32_435)
    expect(pass(0, -3600)).toBe(32_435)
    expect(pass(10, 10)).toBe(32_445)
  })

  it('by default is about that of the system', () => {
    const time = createElapsedTime()
    const [start, from] = [time(), performance.now()]
    while (performance.now() - from < 50);
    expect(time() - start).toBeGreaterThanOrEqual(0.04)
    expect(time() - start).toBeLessThan(2)
  })

  it('does not freeze the refresh when the clock is set back by a year', async () => {
    const { server, signer, clock, keys, outcome } = await openScene()
    await keys.ready()
    clock.advance(-31_536_000)
    expect(await outcome(signer.token())).toBe('accepted')
    server.answer(jwks([createSigner('second').jwk]))
    clock.advance(600)
    expect(await outcome(signer.token())).toBe('key_unknown')
  })
})
