import { createVerifier, type AuthError } from '@portcullis/core'
import {
  createKeyRing,
  createSigner,
  keysOf,
  memoryKeyRingStore,
  sharedSecret,
  type KeyRingStore,
} from '@portcullis/issuer'
import { randomBytes } from 'node:crypto'
import { createClock } from './support/clock.ts'

const issuer = 'https://id.example.com'
const request = { subject: 'alice', audience: 'orders-api', clientId: 'web' }

function bench(store: KeyRingStore = memoryKeyRingStore()) {
  const clock = createClock()
  const keyRing = createKeyRing({ clock, store, publishDelay: 900 })
  const signer = createSigner({ issuer, keyRing, clock })
  const verify = createVerifier({
    issuer,
    audience: 'orders-api',
    profile: 'at+jwt',
    keys: keysOf(keyRing),
    clock,
  })
  const refusal = (token: string) =>
    verify(token).then(
      () => 'accepted',
      (error: unknown) => (error as AuthError).code,
    )
  return { clock, keyRing, signer, refusal }
}

test('a verifier beside the key ring knows each key as soon as it signs', async () => {
  const { clock, keyRing, signer, refusal } = bench()
  const ids = new Set<string | undefined>()
  for (let rotation = 0; rotation < 5; rotation++) {
    ids.add((await keyRing.signingKey()).id)
    const { token } = await signer.sign(request)
    expect(await refusal(token)).toBe('accepted')
    expect(await refusal(token)).toBe('accepted')
    clock.advance(900)
    await keyRing.rotate()
    clock.advance(1)
  }
  expect(ids.size).toBe(5)
})

test('a key that is removed is believed no more, in tokens that were verified before neither', async () => {
  const { keyRing, signer, refusal } = bench()
  const { token } = await signer.sign(request)
  expect(await refusal(token)).toBe('accepted')
  const { id } = await keyRing.signingKey()
  await keyRing.remove(String(id))
  expect(await refusal(token)).toBe('key_unknown')
})

test('a key of another ring is unknown, and a store that fails is nobody else’s fault', async () => {
  const { refusal } = bench()
  const { token } = await bench().signer.sign(request)
  expect(await refusal(token)).toBe('key_unknown')
  const failing: KeyRingStore = {
    read: () => Promise.reject(new Error('away')),
    replace: () => Promise.reject(new Error('away')),
  }
  expect(await bench(failing).refusal(token)).toBe('keys_unavailable')
})

test('a shared secret is no key for verifiers of signatures', async () => {
  const keyRing = sharedSecret(randomBytes(32))
  const { token } = await createSigner({ issuer, keyRing }).sign(request)
  const verify = createVerifier({ issuer, audience: 'orders-api', keys: keysOf(keyRing) })
  await expect(verify(token)).rejects.toMatchObject({ code: 'key_unknown' })
})
