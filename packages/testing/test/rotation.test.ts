import * as core from '@portcullis/core'
import { createTestIssuer } from '@portcullis/testing'

const kids = (issuer: { jwks(): { keys: readonly { kid: string }[] } }) =>
  issuer.jwks().keys.map(({ kid }) => kid)

it('publishes, signs and retires in three steps', async () => {
  const issuer = await createTestIssuer({ algorithm: 'ES256', keyId: 'one' })
  const verify = core.createVerifier(issuer.verifierOptions(core))
  const old = issuer.token()

  expect(await issuer.publish({ keyId: 'two' })).toBe('two')
  expect(kids(issuer)).toEqual(['one', 'two'])
  expect(issuer.signingKeyId).toBe('one')

  issuer.signWith('two')
  expect((await verify(issuer.token())).header.kid).toBe('two')
  expect((await verify(old)).header.kid).toBe('one')

  issuer.retire('one')
  expect(issuer.keyIds).toEqual(['two'])
  expect(kids(issuer)).toEqual(['two'])
  await verify(issuer.token())
  await expect(verify(old)).rejects.toMatchObject({ code: 'key_unknown' })
  await expect(verify(issuer.token({ keyId: 'one' }))).rejects.toMatchObject({ code: 'key_unknown' })
})

it('publishes and signs in one moment, and may change the algorithm', async () => {
  const issuer = await createTestIssuer({ algorithm: 'ES256' })
  const before = issuer.token()
  const id = await issuer.rotate({ algorithm: 'EdDSA' })
  expect(issuer.signingKeyId).toBe(id)
  expect(issuer.algorithm).toBe('EdDSA')
  const verify = core.createVerifier(issuer.verifierOptions(core))
  expect((await verify(issuer.token())).header.alg).toBe('EdDSA')
  expect((await verify(before)).header.alg).toBe('ES256')
})

it('signs with a key before it is published, as an issuer does that is out of order', async () => {
  const issuer = await createTestIssuer({ algorithm: 'ES256', keyId: 'one' })
  const verify = core.createVerifier(issuer.verifierOptions(core))
  await issuer.rotate({ keyId: 'two' })
  issuer.signWith('one')
  issuer.retire('two')
  issuer.signWith('two')
  await expect(verify(issuer.token())).rejects.toMatchObject({ code: 'key_unknown' })
})

it('keeps the mistakes of a test from looking like those of a verifier', async () => {
  const issuer = await createTestIssuer({ algorithm: 'ES256', keyId: 'one' })
  expect(() => {
    issuer.retire('one')
  }).toThrow(/signs with one/)
  expect(() => {
    issuer.signWith('other')
  }).toThrow(/no key other; it has one/)
  expect(() => issuer.token({ keyId: 'other' })).toThrow(RangeError)
  await expect(issuer.publish({ keyId: 'one' })).rejects.toThrow(/key one already/)
})

it('makes RSA keys off the event loop', async () => {
  const issuer = await createTestIssuer({ algorithm: 'ES256' })
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  await issuer.publish({ algorithm: 'RS256' })
  clearInterval(timer)
  expect(turns).toBeGreaterThan(1)
})
