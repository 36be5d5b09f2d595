import { VerificationKey } from '../../../src/keys/verification-key.js'
import { delayed, held, jwks, status } from './support/answers.js'
import { closeScenes, openScene } from './support/scene.js'
import { createSigner } from './support/signer.js'

// Nothing here is timed but by the clock that is set; a busy machine may take its time.
jest.setTimeout(120_000)
afterEach(closeScenes)

const KNOWN = { alg: 'ES256', kid: 'first' }

describe('the first fetch', () => {
  it('is one for 1,000 concurrent requests at a slow endpoint, and all of them succeed', async () => {
    const { server, signer, verify } = await openScene()
    server.answer(delayed(500, jwks([signer.jwk])))
    const tokens = Array.from({ length: 1000 }, (_, index) => signer.token({ claims: { sub: `${index}` } }))

    const verified = await Promise.all(tokens.map(verify))

    expect(verified).toHaveLength(1000)
    expect(server.count()).toBe(1)
  })

  it('happens when a key is first needed, and not before', async () => {
    const { server, keys } = await openScene()
    expect(server.count()).toBe(0)
    await keys.ready()
    expect(server.count()).toBe(1)
  })

  it('makes a known key an answer at once, without a promise', async () => {
    const { keys } = await openScene()
    await keys.ready()
    expect(VerificationKey.is(keys.find(KNOWN))).toBe(true)
  })
})

describe('a refresh', () => {
  it('does not happen before 80 % of the age limit', async () => {
    const { server, clock, keys } = await openScene()
    await keys.ready()
    clock.advance(479)
    void keys.find(KNOWN)
    expect(keys.status().nextRefreshInSeconds).toBeGreaterThan(0)
    expect(server.count()).toBe(1)
  })

  it('happens in the background by 90 % of the age limit, and a known key does not wait for it', async () => {
    const { server, signer, clock, keys } = await openScene()
    await keys.ready()
    const slow = held(jwks([signer.jwk]))
    server.answer(slow.answer)
    clock.advance(541)

    for (let i = 0; i < 100; i++) expect(VerificationKey.is(keys.find(KNOWN))).toBe(true)
    await server.arrived(2)
    expect(VerificationKey.is(keys.find(KNOWN))).toBe(true)
    expect(server.count()).toBe(2)
    slow.letGo()
    await keys.reload()
    expect(keys.status().ageSeconds).toBe(0)
  })

  it('keeps the very same key where its JWK has not changed', async () => {
    const { server, signer, keys } = await openScene()
    await keys.ready()
    const before = keys.find(KNOWN)
    server.answer(jwks([createSigner('second').jwk, signer.jwk]))
    await keys.reload()
    expect(keys.find(KNOWN)).toBe(before)
    expect(keys.status().keyIds).toEqual(['second', 'first'])
  })

  it('puts new material under an old id to use', async () => {
    const { server, signer, keys, outcome } = await openScene()
    await keys.ready()
    const changed = createSigner('first')
    server.answer(jwks([changed.jwk]))
    await keys.reload()
    expect(await outcome(changed.token())).toBe('accepted')
    expect(await outcome(signer.token())).toBe('signature_invalid')
  })
})

describe('the refresh timer', () => {
  const real = { ageLimit: 1, clock: () => performance.now() / 1000 }

  it('leaves a source alone that nobody has used since the last fetch', async () => {
    const unused = await openScene(real)
    await unused.keys.ready()
    const used = await openScene(real)
    await used.keys.ready()
    void used.keys.find(KNOWN)
    await used.server.arrived(2)
    void used.keys.find(KNOWN)
    await used.server.arrived(3)
    expect(unused.server.count()).toBe(1)
    expect(VerificationKey.is(await unused.keys.find(KNOWN))).toBe(true)
    expect(unused.server.count()).toBe(2)
  })

  it('is set again when it rings before its time', async () => {
    const { server, clock, keys } = await openScene({ backoff: 0.1 })
    server.answer(status(500))
    await keys.ready().catch(() => undefined)
    await Promise.resolve(keys.find(KNOWN)).catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect(server.count()).toBe(1)
    clock.advance(0.1)
    await server.arrived(2)
  })
})

describe('a key that was removed', () => {
  it('is refused within the age limit while requests go on', async () => {
    const { server, signer, clock, keys, outcome } = await openScene()
    await keys.ready()
    server.answer(jwks([createSigner('second').jwk]))
    let seconds = 0
    while ((await outcome(signer.token())) === 'accepted') {
      clock.advance(10)
      seconds += 10
      if (server.count() > 1) await keys.reload()
    }
    expect(seconds).toBeLessThanOrEqual(600)
    expect(await outcome(signer.token())).toBe('key_unknown')
  })

  it('is refused by the first request after an idle time, which asks before it trusts', async () => {
    const { server, signer, clock, keys, outcome } = await openScene()
    await keys.ready()
    server.answer(jwks([createSigner('second').jwk]))
    clock.advance(600)
    expect(await outcome(signer.token())).toBe('key_unknown')
    expect(server.count()).toBe(2)
  })
})

describe('an older answer', () => {
  it('does not replace a newer set when it comes late', async () => {
    const { server, signer, keys, outcome } = await openScene()
    const slow = held(jwks([signer.jwk]))
    server.answer(slow.answer)
    const first = keys.ready()
    await server.arrived(1)
    const newer = createSigner('second')
    server.answer(jwks([newer.jwk]))
    await keys.reload()

    slow.letGo()
    await first
    expect(keys.status().keyIds).toEqual(['second'])
    expect(await outcome(newer.token())).toBe('accepted')
    expect(await outcome(signer.token())).toBe('key_unknown')
  })

  it('that fails late does not count as a failure', async () => {
    const { server, signer, keys } = await openScene()
    const slow = held((response) => response.destroy())
    server.answer(slow.answer)
    const first = keys.ready()
    await server.arrived(1)
    server.answer(jwks([signer.jwk]))
    await keys.reload()
    slow.letGo()
    await first
    expect(keys.status()).toMatchObject({ failures: 0, lastError: undefined, phase: 'fresh' })
  })
})

describe('Cache-Control: max-age', () => {
  it.each([
    ['max-age=100', 100],
    ['public, max-age="100", must-revalidate', 100],
    ['max-age=0', 30],
    ['max-age=86400', 600],
    ['s-maxage=100', 600],
    ['no-cache', 600],
  ])('%s sets an age limit of %d seconds', async (cacheControl, limit) => {
    const { server, signer, clock, keys } = await openScene()
    server.answer(jwks([signer.jwk], { 'cache-control': cacheControl }))
    await keys.ready()
    clock.advance(limit - 0.5)
    expect(keys.status().phase).toBe('fresh')
    clock.advance(0.5)
    expect(keys.status().phase).toBe('outdated')
  })
})

describe('rotation under load', () => {
  it('refuses no valid token when a key is published, used, and the old one retired', async () => {
    const { server, signer, clock, keys, outcome } = await openScene()
    const next = createSigner('second')
    const load = async (signers: (typeof signer)[], seconds: number) => {
      for (let second = 0; second < seconds; second += 10) {
        clock.advance(10)
        const tokens = signers.flatMap((one) => [one.token(), one.token()])
        expect(await Promise.all(tokens.map(outcome))).toEqual(tokens.map(() => 'accepted'))
      }
    }
    await load([signer], 30)
    server.answer(jwks([signer.jwk, next.jwk]))
    await load([signer, next], 600)
    server.answer(jwks([next.jwk]))
    await load([next], 600)
    await keys.reload()
    expect(await outcome(signer.token())).toBe('key_unknown')
  })
})
