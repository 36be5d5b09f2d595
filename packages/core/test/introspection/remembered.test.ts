import { memoryRevocationStore } from '@portcullis/core'
import { held } from '../keys/remote/support/answers.js'
import { active, closeScenes, inactive, ISSUER, NOW, openScene, refusalOf } from './support/scene.js'

afterEach(closeScenes)

describe('an answer is good', () => {
  it('for 30 seconds by the clock of the verifier, and the issuer is not asked meanwhile', async () => {
    const { endpoint, verify, clock } = await openScene()
    const first = await verify('opaque-token')
    endpoint.answer(inactive)
    clock.advance(29.9)
    expect(await verify('opaque-token')).toBe(first)
    expect(endpoint.questions).toHaveLength(1)
    clock.advance(0.1)
    expect((await refusalOf(verify('opaque-token'))).code).toBe('token_inactive')
    expect(endpoint.questions).toHaveLength(2)
  })

  it('for as long as cacheFor says', async () => {
    const { endpoint, verify, clock } = await openScene({ cacheFor: 300 })
    await verify('opaque-token')
    clock.advance(299.9)
    await verify('opaque-token')
    expect(endpoint.questions).toHaveLength(1)
    clock.advance(0.1)
    await verify('opaque-token')
    expect(endpoint.questions).toHaveLength(2)
  })

  it('for one request where cacheFor is 0', async () => {
    const { endpoint, verify } = await openScene({ cacheFor: 0 })
    await verify('opaque-token')
    await verify('opaque-token')
    expect(endpoint.questions).toHaveLength(2)
  })

  it('from the moment of the question, since the answer may be as old as that', async () => {
    const { endpoint, verify, clock } = await openScene()
    const slow = held(active())
    endpoint.answer(slow.answer)
    const verification = verify('opaque-token')
    await endpoint.arrived(1)
    clock.advance(20)
    slow.letGo()
    await verification
    endpoint.answer(inactive)
    clock.advance(10)
    expect((await refusalOf(verify('opaque-token'))).code).toBe('token_inactive')
  })

  it('never longer than the token itself', async () => {
    const { endpoint, verify, clock } = await openScene({ cacheFor: 300, clockTolerance: 0 })
    endpoint.answer(active({ exp: NOW + 10 }))
    await verify('opaque-token')
    clock.advance(10)
    expect((await refusalOf(verify('opaque-token'))).code).toBe('token_expired')
  })

  it('no longer when the clock is set back, or answers no number', async () => {
    let now = NOW
    const { endpoint, verify } = await openScene({ clock: () => now })
    await verify('opaque-token')
    endpoint.answer(inactive)
    now = NOW - 3600
    expect((await refusalOf(verify('opaque-token'))).code).toBe('token_inactive')
    now = Number.NaN
    expect((await refusalOf(verify('opaque-token'))).code).toBe('token_inactive')
  })

  it('for that token alone, also where another one ends alike', async () => {
    const { endpoint, verify } = await openScene()
    const end = 'x'.repeat(64)
    await verify(`one-${end}`)
    endpoint.answer(inactive)
    expect((await refusalOf(verify(`two-${end}`))).code).toBe('token_inactive')
    expect(endpoint.questions.map(({ form }) => form.token)).toEqual([`one-${end}`, `two-${end}`])
  })

  it('only as long as the token is not called back here', async () => {
    const revocation = memoryRevocationStore({ clock: () => NOW })
    const { endpoint, verify } = await openScene({ revocation })
    await verify('opaque-token')
    revocation.revoke({ issuer: ISSUER, subject: 'alice', issuedBefore: NOW + 1, until: NOW + 3600 })
    expect((await refusalOf(verify('opaque-token'))).code).toBe('token_revoked')
    expect(endpoint.questions).toHaveLength(1)
  })
})

test('a refusal is not remembered: a token that becomes active is accepted at once', async () => {
  const { endpoint, verify } = await openScene()
  endpoint.answer(inactive)
  await refusalOf(verify('opaque-token'))
  endpoint.answer(active())
  expect((await verify('opaque-token')).subject).toBe('alice')
})

test('any number of concurrent requests with one token are one question', async () => {
  const { endpoint, verify } = await openScene()
  const slow = held(active())
  endpoint.answer(slow.answer)
  const verifications = Promise.all(Array.from({ length: 200 }, () => verify('opaque-token')))
  await endpoint.arrived(1)
  slow.letGo()
  expect(new Set((await verifications).map(({ subject }) => subject))).toEqual(new Set(['alice']))
  expect(endpoint.questions).toHaveLength(1)
})

test('concurrent requests share a refusal too, and the next one asks again', async () => {
  const { endpoint, verify } = await openScene()
  const slow = held(inactive)
  endpoint.answer(slow.answer)
  const refusals = Promise.all(Array.from({ length: 20 }, () => refusalOf(verify('opaque-token'))))
  await endpoint.arrived(1)
  slow.letGo()
  expect(new Set((await refusals).map(({ code }) => code))).toEqual(new Set(['token_inactive']))
  expect(endpoint.questions).toHaveLength(1)
  await refusalOf(verify('opaque-token'))
  expect(endpoint.questions).toHaveLength(2)
})

test('a verifier that remembers nothing asks each time', async () => {
  const { endpoint, verify } = await openScene({ cacheSize: 0, cacheFor: 300 })
  await verify('opaque-token')
  await verify('opaque-token')
  expect(endpoint.questions).toHaveLength(2)
})
