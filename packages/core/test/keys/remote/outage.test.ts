import type { AuthError } from '@portcullis/core'
import { VerificationKey } from '../../../src/keys/verification-key.js'
import { drop, hang, held, jwks, status } from './support/answers.js'
import { closeScenes, openScene } from './support/scene.js'
import { createSigner } from './support/signer.js'

// Nothing here is timed but by the clock that is set; a busy machine may take its time.
jest.setTimeout(120_000)
afterEach(closeScenes)

const KNOWN = { alg: 'ES256', kid: 'first' }
const failureOf = (verification: Promise<unknown>) =>
  verification.then(
    () => Promise.reject(new Error('was accepted')),
    (error: unknown) => error as AuthError,
  )

describe('an outage before there are any keys', () => {
  it('is 503 with Retry-After, and keeps the cause', async () => {
    const { server, signer, verify } = await openScene()
    server.answer(status(500))
    const error = await failureOf(verify(signer.token()))
    expect(error).toMatchObject({ code: 'keys_unavailable', status: 503 })
    expect(error.headers).toMatchObject({ 'Retry-After': '1' })
    expect(error.headers).not.toHaveProperty('WWW-Authenticate')
    expect((error.cause as Error).message).toBe(`${server.jwksUri} answered with status 500`)
  })

  it('asks again after 1 s, doubling to 60 s, and not once for every request', async () => {
    const { server, signer, clock, verify, outcome } = await openScene()
    server.answer(drop)
    const waits: string[] = []
    for (let attempt = 1; attempt <= 9; attempt++) {
      await outcome(signer.token())
      expect(server.count()).toBe(attempt)
      const { headers } = await failureOf(verify(signer.token()))
      expect(server.count()).toBe(attempt)
      waits.push(headers['Retry-After'] ?? '')
      clock.advance(Number(headers['Retry-After']))
    }
    expect(waits).toEqual(['1', '2', '4', '8', '16', '32', '60', '60', '60'])
  })

  it('gives each of the waiting requests an error of its own', async () => {
    const { server, signer, verify } = await openScene()
    server.answer(status(502))
    const [one, other] = await Promise.all([
      failureOf(verify(signer.token())),
      failureOf(verify(signer.token())),
    ])
    expect(server.count()).toBe(1)
    expect(one).not.toBe(other)
  })

  it('is over with the first attempt after the backoff', async () => {
    const { server, signer, clock, outcome } = await openScene()
    server.answer(drop)
    expect(await outcome(signer.token())).toBe('keys_unavailable')
    server.answer(jwks([signer.jwk]))
    expect(await outcome(signer.token())).toBe('keys_unavailable')
    clock.advance(1)
    expect(await outcome(signer.token())).toBe('accepted')
  })
})

describe('an outage after the first fetch', () => {
  it('lets valid tokens pass beyond the age limit, and refuses all with 503 beyond the stale limit', async () => {
    const { server, signer, clock, verify, outcome } = await openScene()
    expect(await outcome(signer.token())).toBe('accepted')
    server.answer(status(503))

    clock.advance(601)
    const tokens = Array.from({ length: 50 }, () => signer.token())
    expect(await Promise.all(tokens.map(outcome))).toEqual(tokens.map(() => 'accepted'))
    expect(server.count()).toBe(2)

    clock.advance(86_400 - 602)
    expect(await outcome(signer.token())).toBe('accepted')

    clock.advance(2)
    const error = await failureOf(verify(signer.token()))
    expect(error).toMatchObject({ code: 'keys_unavailable', status: 503 })
    expect(Number(error.headers['Retry-After'])).toBeGreaterThan(0)
  })

  it('makes nobody wait once it is known, whatever the endpoint does', async () => {
    const { server, clock, keys } = await openScene({ timeout: 0.2 })
    await keys.ready()
    server.answer(hang)
    clock.advance(601)
    expect(VerificationKey.is(await keys.find(KNOWN))).toBe(true)

    for (let minute = 0; minute < 10; minute++) {
      clock.advance(60)
      expect(VerificationKey.is(keys.find(KNOWN))).toBe(true)
      expect(VerificationKey.is(keys.find(KNOWN))).toBe(true)
      await keys.reload().catch(() => undefined)
    }
  })

  it('that hangs costs one bounded wait for all who come after the age limit', async () => {
    const { server, signer, clock, keys, outcome } = await openScene({ timeout: 0.3 })
    await keys.ready()
    server.answer(hang)
    clock.advance(601)
    const started = performance.now()
    const tokens = Array.from({ length: 20 }, () => signer.token())
    expect(new Set(await Promise.all(tokens.map(outcome)))).toEqual(new Set(['accepted']))
    expect(performance.now() - started).toBeLessThan(2000)
    expect(server.count()).toBe(2)
  })

  it('is found out in the background before the age limit, so that nobody waits at all', async () => {
    const { server, clock, keys } = await openScene()
    await keys.ready()
    server.answer(status(500))
    clock.advance(550)
    expect(VerificationKey.is(keys.find(KNOWN))).toBe(true)
    await server.arrived(2)
    await keys.reload().catch(() => undefined)
    clock.advance(51)
    expect(VerificationKey.is(keys.find(KNOWN))).toBe(true)
    expect(keys.status().phase).toBe('stale')
  })

  it('ends without a restart, within the backoff', async () => {
    const { server, signer, clock, keys, outcome } = await openScene()
    await keys.ready()
    server.answer(drop)
    clock.advance(3600)
    for (let attempt = 0; attempt < 10; attempt++) {
      expect(await outcome(signer.token())).toBe('accepted')
      clock.advance(60)
    }
    const next = createSigner('second')
    server.answer(jwks([next.jwk]))
    clock.advance(60)
    expect(await outcome(next.token())).toBe('accepted')
    expect(await outcome(signer.token())).toBe('key_unknown')
    expect(keys.status()).toMatchObject({ phase: 'fresh', failures: 0, lastError: undefined })
  })

  it('ends by itself while requests go on, by the timer', async () => {
    const { server, keys } = await openScene({ clock: () => performance.now() / 1000, backoff: 0.1 })
    server.answer(status(500))
    await keys.ready().catch(() => undefined)
    await Promise.resolve(keys.find(KNOWN)).catch(() => undefined)
    await server.arrived(2)
  })

  it('does not refuse a token with an unknown key id as the fault of its sender', async () => {
    const { server, clock, keys, outcome } = await openScene()
    await keys.ready()
    server.answer(status(500))
    clock.advance(10)
    const published = createSigner('published-meanwhile')
    expect(await outcome(published.token())).toBe('keys_unavailable')
    expect(await outcome(published.token())).toBe('keys_unavailable')
    expect(server.count()).toBe(2)
  })

  it('is 503 for all waiting requests beyond the stale limit, from one fetch', async () => {
    const { server, signer, clock, keys, outcome } = await openScene({ staleLimit: 700 })
    await keys.ready()
    const slow = held(status(500))
    server.answer(slow.answer)
    clock.advance(701)
    const outcomes = Promise.all([signer.token(), signer.token()].map(outcome))
    await server.arrived(2)
    slow.letGo()
    expect(await outcomes).toEqual(['keys_unavailable', 'keys_unavailable'])
    expect(server.count()).toBe(2)
  })
})

describe('keys that the issuer has withdrawn altogether', () => {
  const unusable = { ...createSigner('encryption').jwk, use: 'enc' }

  it.each([
    ['an empty set', []],
    ['a set without usable keys', [unusable]],
  ])('%s does not discard the good keys within their age, and ends them at the age limit', async (_, set) => {
    const { server, signer, clock, keys, outcome } = await openScene()
    await keys.ready()
    server.answer(jwks(set))
    clock.advance(550)
    expect(await outcome(signer.token())).toBe('accepted')
    await server.arrived(2)
    await keys.reload().catch(() => undefined)
    clock.advance(51)
    expect(await outcome(signer.token())).toBe('keys_unavailable')
  })
})
