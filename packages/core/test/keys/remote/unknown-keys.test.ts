import { VerificationKey } from '../../../src/keys/verification-key.js'
import { held, jwks, status } from './support/answers.js'
import { closeScenes, openScene } from './support/scene.js'
import { createSigner, type Signer } from './support/signer.js'

// Nothing here is timed but by the clock that is set; a busy machine may take its time.
jest.setTimeout(120_000)
afterEach(closeScenes)

const KNOWN = { alg: 'ES256', kid: 'first' }

/** A token whose key id nobody has; its signature does not matter. */
const stray = (signer: Signer, id: number) => signer.token({ header: { kid: `unknown-${id}` } })

describe('a key that an issuer publishes and uses in the same moment', () => {
  it('is found at once when the last fetch is older than 2 seconds', async () => {
    const { server, signer, clock, keys, outcome } = await openScene()
    await keys.ready()
    clock.advance(2)
    const next = createSigner('second')
    server.answer(jwks([signer.jwk, next.jwk]))
    expect(await outcome(next.token())).toBe('accepted')
    expect(server.count()).toBe(2)
  })

  it('is not looked up within 2 seconds of the last fetch, and at once after them', async () => {
    const { server, signer, clock, keys, outcome } = await openScene()
    await keys.ready()
    const next = createSigner('second')
    server.answer(jwks([signer.jwk, next.jwk]))
    clock.advance(1.9)
    for (let i = 0; i < 1000; i++) expect(await outcome(next.token())).toBe('key_unknown')
    expect(server.count()).toBe(1)
    clock.advance(0.1)
    expect(await outcome(next.token())).toBe('accepted')
    expect(server.count()).toBe(2)
  })

  it('is one fetch for all who wait for it', async () => {
    const { server, signer, clock, keys, outcome } = await openScene()
    await keys.ready()
    clock.advance(2)
    const next = createSigner('second')
    const slow = held(jwks([signer.jwk, next.jwk]))
    server.answer(slow.answer)
    const outcomes = Promise.all(Array.from({ length: 200 }, () => outcome(next.token())))
    await server.arrived(2)
    slow.letGo()
    expect(new Set(await outcomes)).toEqual(new Set(['accepted']))
    expect(server.count()).toBe(2)
  })

  it('is looked up again when the fetch that it waited for was older than the key', async () => {
    const { server, signer, clock, keys, outcome } = await openScene()
    await keys.ready()
    clock.advance(550)
    const slow = held(jwks([signer.jwk]))
    server.answer(slow.answer)
    void keys.find(KNOWN)
    await server.arrived(2)
    const next = createSigner('second')
    const waiting = outcome(next.token())
    server.answer(jwks([signer.jwk, next.jwk]))
    slow.letGo()
    expect(await waiting).toBe('key_unknown')
    clock.advance(2)
    expect(await outcome(next.token())).toBe('accepted')
    expect(server.count()).toBe(3)
  })

  it('is found after a few strays have come before it', async () => {
    const { server, signer, clock, keys, outcome } = await openScene()
    await keys.ready()
    for (let id = 0; id < 3; id++) {
      clock.advance(3)
      expect(await outcome(stray(signer, id))).toBe('key_unknown')
    }
    const next = createSigner('second')
    server.answer(jwks([signer.jwk, next.jwk]))
    clock.advance(3)
    expect(await outcome(next.token())).toBe('accepted')
  })

  it('is found within 30 seconds in the middle of a flood', async () => {
    const { server, signer, clock, keys, outcome } = await openScene()
    await keys.ready()
    const next = createSigner('second')
    let id = 0
    const flood = async (seconds: number) => {
      for (let tenth = 0; tenth < seconds * 10; tenth++) {
        clock.advance(0.1)
        await keys.find({ alg: 'ES256', kid: `unknown-${id++}` })
      }
    }
    await flood(100)
    server.answer(jwks([signer.jwk, next.jwk]))
    await flood(30.5)
    expect(await outcome(next.token())).toBe('accepted')
  })
})

describe('a flood of 10,000 unknown key ids', () => {
  it('at once causes one fetch, while valid tokens are answered at once', async () => {
    const { server, signer, clock, keys, outcome } = await openScene()
    await keys.ready()
    clock.advance(10)
    const slow = held(jwks([signer.jwk]))
    server.answer(slow.answer)
    const token = stray(signer, 0)
    const [, payload, signature] = token.split('.')
    const tokens = Array.from({ length: 10_000 }, (_, id) => {
      const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid: `unknown-${id}` })).toString('base64url')
      return `${header}.${payload}.${signature}`
    })

    const outcomes = Promise.all(tokens.map(outcome))
    await server.arrived(2)
    expect(VerificationKey.is(keys.find(KNOWN))).toBe(true)
    expect(await outcome(signer.token())).toBe('accepted')
    slow.letGo()
    expect(new Set(await outcomes)).toEqual(new Set(['key_unknown']))
    expect(server.count()).toBe(2)
    expect(keys.status().unknownKeyIds).toBeLessThanOrEqual(1000)
  })

  it('over five minutes causes one fetch every 30 seconds, and is remembered within bounds', async () => {
    const { server, clock, keys } = await openScene()
    await keys.ready()
    clock.advance(10)
    for (let id = 0; id < 10_000; id++) {
      clock.advance(0.03)
      expect(await keys.find({ alg: 'ES256', kid: `unknown-${id}` })).toBeUndefined()
      expect(VerificationKey.is(keys.find(KNOWN))).toBe(true)
    }
    const lookups = server.count() - 1
    // One at once, strays until the bucket is empty in the first 2 seconds, then one each interval.
    expect(lookups).toBeGreaterThanOrEqual(300 / 30)
    expect(lookups).toBeLessThanOrEqual(1 + 300 / 30)
    expect(keys.status().unknownKeyIds).toBe(1000)
  })

  it('does not keep a valid token waiting behind it when the endpoint is slow', async () => {
    const { server, clock, keys } = await openScene()
    await keys.ready()
    const never = held(status(500))
    server.answer(never.answer)
    clock.advance(10)
    const strays = Array.from({ length: 1000 }, async (_, id) =>
      keys.find({ alg: 'ES256', kid: `unknown-${id}` }),
    )
    for (let i = 0; i < 1000; i++) expect(VerificationKey.is(keys.find(KNOWN))).toBe(true)
    never.letGo()
    const results = await Promise.allSettled(strays)
    expect(results.every(({ status: settled }) => settled === 'rejected')).toBe(true)
    expect(server.count()).toBe(2)
  })
})

describe('a key id that the issuer does not have', () => {
  it('is not looked up again within 30 seconds', async () => {
    const { server, signer, clock, keys, outcome } = await openScene()
    await keys.ready()
    clock.advance(10)
    expect(await outcome(stray(signer, 1))).toBe('key_unknown')
    clock.advance(29)
    expect(await outcome(stray(signer, 1))).toBe('key_unknown')
    expect(server.count()).toBe(2)
    clock.advance(1)
    expect(await outcome(stray(signer, 1))).toBe('key_unknown')
    expect(server.count()).toBe(3)
  })
})

describe('a token without a key id', () => {
  it('is accepted where exactly one key fits its algorithm', async () => {
    const { server, keys, outcome } = await openScene()
    const elliptic = createSigner(undefined)
    const rsa = createSigner('rsa', 'RS256')
    server.answer(jwks([elliptic.jwk, rsa.jwk]))
    await keys.ready()
    expect(await outcome(elliptic.token())).toBe('accepted')
    expect(await outcome(rsa.token({ header: { kid: undefined } }))).toBe('accepted')
  })

  it('is refused where two keys fit, and causes no more fetches than an unknown key id', async () => {
    const { server, signer, clock, keys, outcome } = await openScene()
    server.answer(jwks([signer.jwk, createSigner('second').jwk]))
    await keys.ready()
    clock.advance(10)
    for (let i = 0; i < 100; i++) {
      expect(await outcome(signer.token({ header: { kid: undefined } }))).toBe('key_unknown')
    }
    expect(server.count()).toBe(2)
  })
})

describe('keys by issuer', () => {
  it('are two keys where two issuers use the same key id', async () => {
    const one = await openScene()
    const other = await openScene()
    expect(await one.outcome(one.signer.token())).toBe('accepted')
    expect(await other.outcome(other.signer.token())).toBe('accepted')
    expect(await one.outcome(other.signer.token())).toBe('signature_invalid')
  })
})
