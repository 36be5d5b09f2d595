import { createVerifier, localJwks, secret } from '@portcullis/core'
import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, jwtVerify, createLocalJWKSet } from 'jose'
import { inspect } from 'node:util'
import { createKeyRing, createSigner, sharedSecret, type SigningAlgorithm } from '@portcullis/issuer'
import { createClock } from './support/clock.ts'

const issuer = 'https://id.example.com'
const request = { subject: 'alice', audience: 'orders-api', clientId: 'web' }

function setUp(algorithm: SigningAlgorithm = 'ES256') {
  const clock = createClock()
  const keyRing = createKeyRing({ algorithm, clock })
  return { clock, keyRing, signer: createSigner({ issuer, keyRing, clock }) }
}

describe.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)('%s', (algorithm) => {
  test('tokens are access tokens by RFC 9068, for core and for jose', async () => {
    const { clock, keyRing, signer } = setUp(algorithm)
    const { token, expiresIn } = await signer.sign({
      ...request,
      scope: ['orders:read', 'orders:write'],
      roles: ['clerk'],
      permissions: ['refund'],
      claims: { tenant: { id: 7 } },
      authenticatedAt: clock() - 10,
    })
    const jwks = await keyRing.jwks()
    const verify = createVerifier({
      issuer,
      audience: 'orders-api',
      keys: localJwks(jwks),
      profile: 'at+jwt',
      clock,
    })
    const verified = await verify(token)

    expect(expiresIn).toBe(300)
    expect(verified.header).toEqual({ alg: algorithm, typ: 'at+jwt', kid: jwks.keys[0]!.kid })
    expect(verified.claims).toEqual({
      iss: issuer,
      sub: 'alice',
      aud: 'orders-api',
      client_id: 'web',
      iat: clock(),
      exp: clock() + 300,
      jti: expect.stringMatching(/^[\w-]{22}$/),
      scope: 'orders:read orders:write',
      roles: ['clerk'],
      permissions: ['refund'],
      tenant: { id: 7 },
      auth_time: clock() - 10,
    })
    const options = { issuer, audience: 'orders-api', typ: 'at+jwt', currentDate: new Date(clock() * 1000) }
    await expect(jwtVerify(token, createLocalJWKSet(jwks), options)).resolves.toBeDefined()
  })
})

test('a shared secret signs with HS256, and is published nowhere', async () => {
  const bytes = randomBytes(32)
  const keyRing = sharedSecret(bytes)
  const { token } = await createSigner({ issuer, keyRing }).sign(request)
  const verify = createVerifier({
    issuer,
    audience: 'orders-api',
    keys: secret(bytes, 'HS256'),
    profile: 'at+jwt',
  })
  expect((await verify(token)).subject).toBe('alice')
  expect(await keyRing.jwks()).toEqual({ keys: [] })
  expect(() => sharedSecret(randomBytes(31))).toThrow(/32 random bytes/)
})

test.each(
  'iss sub aud exp nbf iat jti client_id scope roles permissions cnf act may_act __proto__'.split(' '),
)('a claim of the caller cannot take the place of %s', async (name) => {
  const claims = JSON.parse(`{"${name}":"x"}`) as Record<string, unknown>
  await expect(setUp().signer.sign({ ...request, claims })).rejects.toMatchObject({
    code: 'claim_reserved',
    subject: name,
  })
})

test.each([
  ['a function', { own: () => 1 }],
  ['undefined', { own: undefined }],
  ['not a number', { own: Number.NaN }],
  ['a date', { own: new Date() }],
  ['something with toJSON', { own: { toJSON: () => 'x' } }],
])('a claim that is %s is refused', async (_, claims) => {
  await expect(setUp().signer.sign({ ...request, claims })).rejects.toMatchObject({ code: 'claim_invalid' })
})

test.each([
  ['no audience', { audience: [] }, 'audience_invalid'],
  ['an empty subject', { subject: '' }, 'subject_invalid'],
  ['a scope with a space', { scope: ['a b'] }, 'claim_invalid'],
  ['a lifetime of nothing', { lifetime: 0 }, 'lifetime_invalid'],
  ['a lifetime that is no number', { lifetime: Number.NaN }, 'lifetime_invalid'],
  ['a life longer than its key is published', { lifetime: 3601 }, 'lifetime_invalid'],
  ['an end that is past', { notAfter: 1 }, 'lifetime_invalid'],
  ['a thumbprint that is none', { keyThumbprint: 'x' }, 'claim_invalid'],
])('%s is refused', async (_, wrong, code) => {
  await expect(setUp().signer.sign({ ...request, ...wrong })).rejects.toMatchObject({ code })
})

test('a token does not outlive what it was made from, and may be bound to a key', async () => {
  const { clock, signer } = setUp()
  const keyThumbprint = 'a'.repeat(43)
  const signed = await signer.sign({ ...request, notAfter: clock() + 60.5, keyThumbprint })
  expect(signed).toMatchObject({ expiresIn: 60, tokenType: 'DPoP' })
  expect(decodeJwt(signed.token)).toMatchObject({ exp: clock() + 60, cnf: { jkt: keyThumbprint } })
})

test('no two tokens have one id, and iat may lie in the past for verifiers that are behind', async () => {
  const clock = createClock()
  const signer = createSigner({ issuer, keyRing: createKeyRing({ clock }), clock, backdate: 5 })
  const tokens = await Promise.all(Array.from({ length: 50 }, () => signer.sign(request)))
  expect(new Set(tokens.map(({ id }) => id)).size).toBe(50)
  expect(decodeJwt(tokens[0]!.token).iat).toBe(clock() - 5)
})

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })

test.each([
  ['RSA-OAEP-256', rsa],
  ['ECDH-ES+A256KW', ec],
] as const)('tokens for an audience with a key are encrypted with %s', async (algorithm, pair) => {
  const keyRing = createKeyRing()
  const encryption = { 'orders-api': { algorithm, key: pair.publicKey, id: 'one' } }
  const signer = createSigner({ issuer, keyRing, encryption })
  const { token } = await signer.sign(request)
  expect(decodeProtectedHeader(token)).toMatchObject({ alg: algorithm, enc: 'A256GCM', cty: 'at+jwt' })
  const verify = createVerifier({
    issuer,
    audience: 'orders-api',
    keys: localJwks(await keyRing.jwks()),
    decryption: { keys: [{ algorithm, key: pair.privateKey, id: 'one' }] },
  })
  expect((await verify(token)).subject).toBe('alice')
  expect((await signer.sign({ ...request, audience: 'other' })).token.split('.')).toHaveLength(3)
  await expect(signer.sign({ ...request, audience: ['orders-api', 'other'] })).rejects.toMatchObject({
    code: 'audience_invalid',
  })
})

test.each([
  ['an issuer by plain http', { issuer: 'http://id.example.com' }, /^issuer: /],
  ['an issuer with a query', { issuer: 'https://id.example.com?a' }, /^issuer: /],
  ['a lifetime beyond the keys', { lifetime: 3601 }, /^lifetime: /],
  [
    'a private key to encrypt for',
    { encryption: { a: { algorithm: 'RSA-OAEP-256', key: rsa.privateKey } } },
    /^encryption\.a/,
  ],
  [
    'a key of another kind',
    { encryption: { a: { algorithm: 'RSA-OAEP-256', key: ec.publicKey } } },
    /^encryption\.a/,
  ],
  ['an unknown option', { lifetme: 5 }, /^lifetme: /],
])('%s is a mistake of the configuration', (_, wrong, message) => {
  expect(() => createSigner({ issuer, keyRing: createKeyRing(), ...wrong } as never)).toThrow(message)
})

test('a key shows its private members to nobody who prints it', async () => {
  const { keyRing } = setUp('EdDSA')
  const key = await keyRing.signingKey()
  const shown = [inspect(key, { depth: 9, showHidden: true }), JSON.stringify(key), JSON.stringify(keyRing)]
  expect(shown.join()).not.toMatch(/"d"|PRIVATE|pkcs8|KeyObject/)
  for (const jwk of (await keyRing.jwks()).keys) {
    expect(Object.keys(jwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
    expect(createPublicKey({ key: jwk as never, format: 'jwk' }).type).toBe('public')
  }
})
