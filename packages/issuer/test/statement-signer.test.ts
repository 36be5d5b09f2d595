import { createVerifier, localJwks } from '@portcullis/core'
import { createKeyRing, createStatementSigner } from '@portcullis/issuer'
import { createClock } from './support/clock.ts'

const issuer = 'https://shop-a.example.com'
const audience = 'https://shop-b.example.com'
const statement = { subject: issuer, audience, claims: { stream: 'orders' } }

async function setUp() {
  const clock = createClock()
  const keyRing = createKeyRing({ clock })
  const keys = localJwks(await keyRing.jwks())
  return { clock, keyRing, keys, signer: createStatementSigner({ issuer, keyRing, type: 'sync+jwt', clock }) }
}

test('a statement is what a verifier of its type believes, and lives for a minute', async () => {
  const { clock, keys, signer } = await setUp()
  const { token, expiresAt, id } = await signer.sign({ ...statement, scope: ['sync:orders'] })
  const verify = createVerifier({ issuer, audience, keys, profile: 'sync+jwt', clock })
  const { header, claims } = await verify(token)

  expect(header.typ).toBe('sync+jwt')
  expect(expiresAt).toBe(clock() + 60)
  expect(claims).toEqual({
    iss: issuer,
    sub: issuer,
    aud: audience,
    iat: clock(),
    exp: clock() + 60,
    jti: id,
    stream: 'orders',
    scope: 'sync:orders',
  })
})

test.each(['jwt', 'at+jwt', 'sync-receipt+jwt'] as const)(
  'a verifier of the type %s refuses it',
  async (profile) => {
    const { clock, keys, signer } = await setUp()
    const { token } = await signer.sign(statement)
    const verify = createVerifier({ issuer, audience, keys, profile, clock })
    await expect(verify(token)).rejects.toMatchObject({ code: 'token_type_not_allowed' })
  },
)

test('a verifier of statements refuses what is no statement: an access token, and no type at all', async () => {
  const { clock, keyRing, keys } = await setUp()
  const other = createStatementSigner({ issuer, keyRing, type: 'other+jwt', clock })
  const verify = createVerifier({ issuer, audience, keys, profile: 'sync+jwt', clock })
  const { token } = await other.sign(statement)
  await expect(verify(token)).rejects.toMatchObject({ code: 'token_type_not_allowed' })
})

test.each(['at+jwt', 'AT+JWT', 'dpop+jwt', 'logout+jwt', 'JWT', 'jwt', '', '+jwt', 7])(
  'statements cannot be of the type %s',
  (type) => {
    const options = { issuer, keyRing: createKeyRing(), type: type as string }
    expect(() => createStatementSigner(options)).toThrow(/^type: /)
  },
)

test('a statement lives as long as it is asked to, and never longer than its key', async () => {
  const { clock, keyRing, signer } = await setUp()
  expect((await signer.sign({ ...statement, lifetime: 7 })).expiresAt).toBe(clock() + 7)
  for (const lifetime of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, keyRing.maxTokenLifetime + 1]) {
    await expect(signer.sign({ ...statement, lifetime })).rejects.toMatchObject({ code: 'lifetime_invalid' })
  }
})

test('a statement that is bound to a key is worth nothing without its proof', async () => {
  const { clock, keys, signer } = await setUp()
  const { token } = await signer.sign({ ...statement, keyThumbprint: 'A'.repeat(43) })
  const verify = createVerifier({ issuer, audience, keys, profile: 'sync+jwt', clock })
  await expect(verify(token)).rejects.toMatchObject({ code: 'proof_required' })
  const unbound = signer.sign({ ...statement, keyThumbprint: 'no thumbprint' })
  await expect(unbound).rejects.toMatchObject({ code: 'claim_invalid' })
})

test('the claims of the issuer are its own, and subject and audience must be there', async () => {
  const { signer } = await setUp()
  const refusals = [
    [{ ...statement, claims: { exp: 1 } }, 'claim_reserved'],
    [{ ...statement, claims: { scope: 'all' } }, 'claim_reserved'],
    [{ ...statement, claims: { at: new Date() } }, 'claim_invalid'],
    [{ ...statement, scope: ['two words'] }, 'claim_invalid'],
    [{ ...statement, subject: '' }, 'subject_invalid'],
    [{ ...statement, audience: '' }, 'audience_invalid'],
  ] as const
  for (const [request, code] of refusals) await expect(signer.sign(request)).rejects.toMatchObject({ code })
})
