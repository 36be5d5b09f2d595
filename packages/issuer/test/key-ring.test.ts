import { createVerifier, remoteJwks } from '@portcullis/core'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import {
  createKeyRing,
  createSigner,
  jwksHandler,
  memoryKeyRingStore,
  type KeyRing,
  type KeyRingStore,
} from '@portcullis/issuer'
import { createClock } from './support/clock.ts'

const DAY = 86_400
const issuer = 'https://id.example.com'
const request = { subject: 'alice', audience: 'orders-api', clientId: 'web' }

const idsOf = async (ring: KeyRing) => (await ring.jwks()).keys.map(({ kid }) => kid)
const currentOf = async (ring: KeyRing) => (await ring.signingKey()).id

test('the next key is published long before it signs, and the last one until its tokens are dead', async () => {
  const clock = createClock()
  const ring = createKeyRing({ clock, rotateEvery: DAY, publishDelay: 900, maxTokenLifetime: 3600 })
  const first = await currentOf(ring)
  const [, second] = await idsOf(ring)
  expect(await idsOf(ring)).toEqual([first, second])

  clock.advance(DAY - 1)
  expect(await currentOf(ring)).toBe(first)
  clock.advance(1)
  expect(await currentOf(ring)).toBe(second)
  expect(await idsOf(ring)).toEqual([first, second, expect.any(String)])

  clock.advance(3600)
  expect(await idsOf(ring)).toContain(first)
  clock.advance(60)
  expect(await idsOf(ring)).not.toContain(first)
  expect(await ring.findKey(first)).toBeUndefined()
})

test('a call rotates at once where verifiers can know the next key, and waits where they cannot', async () => {
  const clock = createClock()
  const ring = createKeyRing({ clock, publishDelay: 900 })
  const first = await currentOf(ring)
  const [, second] = await idsOf(ring)
  await ring.rotate()
  expect(await currentOf(ring)).toBe(first)
  clock.advance(900)
  expect(await currentOf(ring)).toBe(second)

  await ring.jwks()
  clock.advance(900)
  await ring.rotate()
  expect(await currentOf(ring)).not.toBe(second)
})

test('several processes have the same keys, and rotate once', async () => {
  const clock = createClock()
  const store = memoryKeyRingStore()
  const rings = Array.from({ length: 4 }, () => createKeyRing({ clock, store }))
  expect(new Set(await Promise.all(rings.map(currentOf))).size).toBe(1)
  clock.advance(901)
  await Promise.all(rings.map((ring) => ring.rotate()))
  expect(new Set(await Promise.all(rings.map(currentOf))).size).toBe(1)
  expect(await idsOf(rings[0]!)).toHaveLength(3)
})

test('a process learns of a rotation before a key of another one signs', async () => {
  const clock = createClock()
  const store = memoryKeyRingStore()
  const [one, other] = [createKeyRing({ clock, store }), createKeyRing({ clock, store })]
  await Promise.all([one.jwks(), other.jwks()])
  await one.rotate()
  clock.advance(900)
  expect(await currentOf(other)).toBe(await currentOf(one))
})

test('a leaked key is taken out, and the next one signs', async () => {
  const clock = createClock()
  const ring = createKeyRing({ clock })
  const [first, second] = await idsOf(ring)
  await ring.remove(first!)
  expect(await currentOf(ring)).toBe(second)
  expect(await idsOf(ring)).not.toContain(first)
  await expect(ring.remove('nothing')).rejects.toMatchObject({ code: 'key_unknown' })
})

test('a store that fails is bridged for a while, and then refused', async () => {
  const clock = createClock()
  const memory = memoryKeyRingStore()
  let fails = false
  const store: KeyRingStore = {
    read: () => (fails ? Promise.reject(new Error('down')) : memory.read()),
    replace: (ring) => memory.replace(ring),
  }
  const ring = createKeyRing({ clock, store, publishDelay: 900 })
  const first = await currentOf(ring)
  fails = true
  clock.advance(299)
  expect(await currentOf(ring)).toBe(first)
  clock.advance(1)
  await expect(ring.signingKey()).rejects.toMatchObject({ code: 'key_ring_unavailable' })
  const answer = await jwksHandler(ring)(new Request(`${issuer}/jwks`))
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
})

test('options that would break verifiers are refused', () => {
  expect(() => createKeyRing({ rotateEvery: 100, publishDelay: 200 })).toThrow(/^rotateEvery: /)
  expect(() => createKeyRing({ algorithm: 'none' as never })).toThrow(/^algorithm: /)
  expect(() => createKeyRing({ store: {} as never })).toThrow(/^store: /)
  expect(() => createKeyRing({ clock: Date.now })).toThrow(/milliseconds/)
})

describe('the JWKS endpoint', () => {
  const ring = createKeyRing()
  const serve = jwksHandler(ring)

  test('says how long it may be kept, and answers 304 while nothing changed', async () => {
    const answer = await serve(new Request(`${issuer}/jwks`))
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
    expect(answer.headers.get('content-type')).toBe('application/jwk-set+json')
    expect(await answer.json()).toEqual(await ring.jwks())
    const headers = { 'if-none-match': `"other", W/${answer.headers.get('etag')!}` }
    const again = await serve(new Request(`${issuer}/jwks`, { headers }))
    expect([again.status, await again.text()]).toEqual([304, ''])
  })

  test('answers GET and HEAD and nothing else', async () => {
    const head = await serve(new Request(`${issuer}/jwks`, { method: 'HEAD' }))
    expect([head.status, await head.text()]).toEqual([200, ''])
    const post = await serve(new Request(`${issuer}/jwks`, { method: 'POST' }))
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })
})

describe('a verifier that fetches the keys', () => {
  let server: Server
  let uri: string
  const clock = createClock()
  const keyRing = createKeyRing({ clock, publishDelay: 900, rotateEvery: DAY })
  let fetches = 0

  beforeAll(async () => {
    const serve = jwksHandler(keyRing)
    server = createServer((_, res) => {
      fetches++
      void serve(new Request(`${issuer}/jwks`)).then(async (answer) => {
        res.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  test('never meets an unknown key, through scheduled and called rotations', async () => {
    const signer = createSigner({ issuer, keyRing, clock, lifetime: 300 })
    const keys = remoteJwks(uri, { clock, ageLimit: 600 })
    const verify = createVerifier({ issuer, audience: 'orders-api', keys, clock })
    const seen = new Set<unknown>()
    let kept: string[] = []
    for (let step = 0; step < 40; step++) {
      const { token } = await signer.sign(request)
      for (const each of [token, ...kept]) seen.add((await verify(each)).header.kid)
      kept = [token]
      if (step % 13 === 5) await keyRing.rotate()
      clock.advance(step % 10 === 9 ? DAY / 2 : 150)
      if (step % 10 === 9) kept = []
    }
    expect(seen.size).toBeGreaterThan(4)
    expect(fetches).toBeLessThan(80)
  })
})
