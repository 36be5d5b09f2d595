import { randomBytes } from 'node:crypto'
import {
  createVerifier,
  hasPermission,
  hasRole,
  hasScope,
  localJwks,
  secret,
  type KeySource,
  type Policy,
  type TrustedIssuerOptions,
  type Auth,
} from '@portcullis/core'
import { createClock, NOW } from './support/clock.js'
import { refusalOf } from './support/failure.js'
import { createSigner, hmacToken, unsignedToken, type Json } from './support/signer.js'

const A = 'https://a.example.com'
const B = 'https://b.example.com'
const signerOfA = createSigner('ES256', 'shared-id')
const signerOfB = createSigner('ES256', 'shared-id')

const claimsOf = (iss: string, more: Json = {}): Json => ({
  iss,
  aud: iss === A ? 'orders-of-a' : 'orders-of-b',
  sub: 'user-1',
  iat: NOW,
  exp: NOW + 300,
  ...more,
})

/** Two issuers that differ in what the test says and in nothing else that it looks at. */
function verifierOf(ofA: Partial<TrustedIssuerOptions> = {}, ofB: Partial<TrustedIssuerOptions> = {}) {
  const clock = createClock()
  const verify = createVerifier({
    clock,
    issuers: [
      { issuer: A, audience: 'orders-of-a', keys: localJwks({ keys: [signerOfA.jwk] }), ...ofA },
      { issuer: B, audience: 'orders-of-b', keys: localJwks({ keys: [signerOfB.jwk] }), ...ofB },
    ],
  })
  return { verify, clock }
}

const allows = (policy: Policy, auth: Auth<unknown>) => policy.check(auth).allowed

describe('each issuer has its own keys', () => {
  it('believes each issuer by its own key, although the key ids are the same', async () => {
    const { verify } = verifierOf()
    expect((await verify(signerOfA.token(claimsOf(A)))).issuer).toBe(A)
    expect((await verify(signerOfB.token(claimsOf(B)))).issuer).toBe(B)
  })

  it.each([
    ['A', A, signerOfB],
    ['B', B, signerOfA],
  ])("refuses a token of %s that the other issuer's key of the same id signed", async (_, iss, signer) => {
    const refusal = await refusalOf(verifierOf().verify(signer.token(claimsOf(iss))))
    expect(refusal.code).toBe('signature_invalid')
    expect(refusal.details.issuer).toBe(iss)
  })

  it('asks only the key source of the issuer that the token names', async () => {
    const asked: string[] = []
    const counting = (name: string, keys: KeySource): KeySource => ({
      find(header) {
        asked.push(name)
        return keys.find(header)
      },
    })
    const { verify } = verifierOf(
      { keys: counting('A', localJwks({ keys: [signerOfA.jwk] })) },
      { keys: counting('B', localJwks({ keys: [signerOfB.jwk] })) },
    )
    await verify(signerOfB.token(claimsOf(B)))
    expect(asked).toEqual(['B'])
    await refusalOf(verify(unsignedToken(claimsOf('https://c.example.com'))))
    expect(asked).toEqual(['B'])
  })

  it('judges by the rules of the issuer that is named, although both have the same key', async () => {
    const keys = localJwks({ keys: [signerOfA.jwk] })
    const { verify } = verifierOf({ keys }, { keys })
    const forB = signerOfA.token(claimsOf(B, { aud: 'orders-of-a' }))
    expect((await refusalOf(verify(forB))).code).toBe('audience_mismatch')
  })
})

describe('a shared secret of one issuer', () => {
  const bytes = randomBytes(32)
  const { verify } = verifierOf({}, { keys: secret(bytes, 'HS256') })

  it('signs for that issuer', async () => {
    expect((await verify(hmacToken(bytes, claimsOf(B)))).issuer).toBe(B)
  })

  it('cannot sign for an issuer with a public key', async () => {
    const refusal = await refusalOf(verify(hmacToken(bytes, claimsOf(A), { kid: 'shared-id' })))
    expect(refusal.code).toBe('algorithm_not_allowed')
  })

  it('is not replaced by the public key of another issuer', async () => {
    const published = Buffer.from(JSON.stringify(signerOfA.jwk))
    expect((await refusalOf(verify(hmacToken(published, claimsOf(B))))).code).toBe('signature_invalid')
    const asA = hmacToken(published, claimsOf(A), { kid: 'shared-id' })
    expect((await refusalOf(verify(asA))).code).toBe('algorithm_not_allowed')
    expect((await refusalOf(verify(signerOfA.token(claimsOf(B))))).code).toBe('algorithm_not_allowed')
  })
})

describe('each issuer has its own rules', () => {
  it('refuses an audience that only another issuer may name', async () => {
    const { verify } = verifierOf()
    const token = signerOfA.token(claimsOf(A, { aud: 'orders-of-b' }))
    const refusal = await refusalOf(verify(token))
    expect(refusal.code).toBe('audience_mismatch')
    expect(refusal.details.expected).toEqual(['orders-of-a'])
  })

  it('skips the audience only where that is written', async () => {
    const { verify } = verifierOf({ audience: null })
    await verify(signerOfA.token(claimsOf(A, { aud: 'anything' })))
    const refusal = await refusalOf(verify(signerOfB.token(claimsOf(B, { aud: 'anything' }))))
    expect(refusal.code).toBe('audience_mismatch')
  })

  it('allows an algorithm only to the issuer that may use it', async () => {
    const ed = createSigner('EdDSA', 'ed')
    const both = localJwks({ keys: [signerOfA.jwk, ed.jwk] })
    const { verify } = verifierOf(
      { keys: both, algorithms: ['ES256'] },
      { keys: both, algorithms: ['EdDSA', 'ES256'] },
    )
    await verify(ed.token(claimsOf(B)))
    expect((await refusalOf(verify(ed.token(claimsOf(A))))).code).toBe('algorithm_not_allowed')
  })

  it('demands a profile only of the issuer that has it', async () => {
    const { verify } = verifierOf({ profile: 'at+jwt' })
    await verify(signerOfB.token(claimsOf(B), { typ: 'JWT' }))
    const refusal = await refusalOf(verify(signerOfA.token(claimsOf(A), { typ: 'JWT' })))
    expect(refusal.code).toBe('token_type_not_allowed')
    await verify(signerOfA.token(claimsOf(A, { client_id: 'shop', jti: '1' }), { typ: 'at+jwt' }))
  })

  it.each([
    ['requiredClaims', { requiredClaims: ['azp'] }, 'claim_missing'],
    ['expectedClaims', { expectedClaims: { typ: 'Bearer' } }, 'claim_missing'],
    ['maxTokenAge', { maxTokenAge: 60 }, 'token_too_old'],
  ])('keeps %s of one issuer from the other', async (_, ofA, code) => {
    const { verify, clock } = verifierOf(ofA)
    clock.advance(120)
    await verify(signerOfB.token(claimsOf(B)))
    expect((await refusalOf(verify(signerOfA.token(claimsOf(A))))).code).toBe(code)
  })

  it('applies the tolerance of the issuer, to new and to remembered tokens', async () => {
    const { verify, clock } = verifierOf({ clockTolerance: 0 }, { clockTolerance: 60 })
    const ofA = signerOfA.token(claimsOf(A))
    const ofB = signerOfB.token(claimsOf(B))
    await Promise.all([verify(ofA), verify(ofB)])
    clock.advance(310)
    expect((await refusalOf(verify(ofA))).code).toBe('token_expired')
    expect((await verify(ofB)).issuer).toBe(B)
    const another = signerOfB.token(claimsOf(B, { jti: 'another' }))
    expect((await verify(another)).issuer).toBe(B)
    clock.advance(51)
    expect((await refusalOf(verify(ofB))).code).toBe('token_expired')
  })

  it('finds roles, scopes and permissions only where the issuer keeps them', async () => {
    const { verify } = verifierOf({
      claimPaths: { roles: ['realm_access', 'roles'], scopes: ['scp'], permissions: ['realm_access', 'may'] },
    })
    const granted = {
      realm_access: { roles: ['nested'], may: ['nested:do'] },
      scp: ['listed'],
      roles: ['flat'],
      scope: 'spaced',
      permissions: ['flat:do'],
    }
    const ofA = await verify(signerOfA.token(claimsOf(A, granted)))
    const ofB = await verify(signerOfB.token(claimsOf(B, granted)))
    expect([ofA.roles, ofA.scopes, ofA.permissions]).toEqual([['nested'], ['listed'], ['nested:do']])
    expect([ofB.roles, ofB.scopes, ofB.permissions]).toEqual([['flat'], ['spaced'], ['flat:do']])
    expect(allows(hasRole('flat'), ofA) || allows(hasRole('nested'), ofB)).toBe(false)
    expect(allows(hasScope('spaced'), ofA) || allows(hasScope('listed'), ofB)).toBe(false)
    expect(allows(hasPermission('flat:do'), ofA) || allows(hasPermission('nested:do'), ofB)).toBe(false)
  })
})

describe('the iss of an unproven token only picks', () => {
  const { verify } = verifierOf()

  it('is refused when it was changed after signing', async () => {
    const [header, , signature] = signerOfA.token(claimsOf(A)).split('.')
    const payload = Buffer.from(JSON.stringify(claimsOf(B))).toString('base64url')
    const refusal = await refusalOf(verify([header, payload, signature].join('.')))
    expect(refusal.code).toBe('signature_invalid')
  })

  it.each([
    ['unknown', 'https://c.example.com'],
    ['with a slash too many', `${A}/`],
    ['in other case', A.toUpperCase()],
    ['with a space', `${A} `],
    ['one that begins alike', `${A}.evil.test`],
    ['empty', ''],
    ['absent', undefined],
    ['null', null],
    ['a number', 1],
    ['a list', [A]],
    ['an object', { iss: A }],
  ])('refuses a token whose iss is %s, and tells the caller nothing of issuers', async (_, iss) => {
    const refusal = await refusalOf(verify(signerOfA.token({ ...claimsOf(A), iss })))
    expect(refusal.code).toBe('issuer_not_trusted')
    expect(refusal.status).toBe(401)
    expect(refusal.toJSON().code).toBe('token_invalid')
    expect(JSON.stringify([refusal.headers, refusal.toJSON(), refusal.message])).not.toContain('example.com')
  })

  it('refuses a token that names two issuers', async () => {
    const [header, payload, signature] = signerOfA.token(claimsOf(A)).split('.') as [string, string, string]
    const claims = Buffer.from(payload, 'base64url').toString()
    const doubled = Buffer.from(`{"iss":"${B}",${claims.slice(1)}`).toString('base64url')
    expect((await refusalOf(verify(`${header}.${doubled}.${signature}`))).code).toBe('token_malformed')
  })

  it('is not found on a prototype', async () => {
    const token = signerOfA.token({ ...claimsOf(A), iss: undefined })
    Object.defineProperty(Object.prototype, 'iss', { value: A, configurable: true })
    try {
      expect((await refusalOf(verify(token))).code).toBe('issuer_not_trusted')
    } finally {
      Reflect.deleteProperty(Object.prototype, 'iss')
    }
  })
})
