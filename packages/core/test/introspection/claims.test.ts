import {
  createAuthorizer,
  createVerifier,
  explain,
  hasRole,
  hasScope,
  type Authorizer,
} from '@portcullis/core'
import { z } from 'zod'
import { text, type Answer } from '../keys/remote/support/answers.js'
import {
  active,
  AUDIENCE,
  closeScenes,
  GOOD,
  inactive,
  ISSUER,
  NOW,
  openScene,
  refusalOf,
} from './support/scene.js'

afterEach(closeScenes)

describe('an opaque token that the issuer calls active', () => {
  it('is accepted with what the issuer says of it', async () => {
    const { verify } = await openScene()
    const auth = await verify('opaque-token')
    expect(auth).toMatchObject({
      issuer: ISSUER,
      subject: 'alice',
      expiresAt: GOOD.exp,
      token: 'opaque-token',
    })
    expect(auth.scopes).toEqual(['orders:read'])
    expect(auth.claims).toEqual(GOOD)
  })

  it('is from the issuer that was asked, where the answer does not say', async () => {
    const { endpoint, verify } = await openScene()
    endpoint.answer(active({ iss: undefined }))
    const auth = await verify('opaque-token')
    expect(auth.issuer).toBe(ISSUER)
    expect(auth.claims.iss).toBe(ISSUER)
  })

  it('has frozen claims, since requests share them', async () => {
    const { endpoint, verify } = await openScene()
    endpoint.answer(active({ iss: undefined, address: { country: 'AT' } }))
    const { claims } = await verify('opaque-token')
    expect(Object.isFrozen(claims) && Object.isFrozen(claims.address)).toBe(true)
  })

  it('takes part in policies, by the paths that the configuration names', async () => {
    const { endpoint, verify } = await openScene({ claimPaths: { roles: ['realm_access', 'roles'] } })
    endpoint.answer(active({ realm_access: { roles: ['admin'] } }))
    const auth = await verify('opaque-token')
    const allowed: Authorizer = createAuthorizer(hasRole('admin'), hasScope('orders:read'))
    const refused: Authorizer = createAuthorizer(hasRole('owner'))
    const decide = (authorizer: Authorizer) => () => {
      authorizer(auth)
    }
    expect(decide(allowed)).not.toThrow()
    expect(decide(refused)).toThrow('A required role is missing')
  })

  it('goes through the schema of the user', async () => {
    const { options, endpoint } = await openScene()
    const verify = createVerifier({ ...options, schema: z.object({ tenant: z.string() }) })
    expect((await refusalOf(verify('opaque-token'))).code).toBe('claims_refused')
    endpoint.answer(active({ tenant: 'blue' }))
    expect((await verify('opaque-token')).claims).toEqual({ tenant: 'blue' })
  })
})

describe('an opaque token is refused', () => {
  it('when the issuer calls it inactive, and the caller learns no more than of a bad signature', async () => {
    const { endpoint, verify } = await openScene()
    endpoint.answer(inactive)
    const refusal = await refusalOf(verify('opaque-token'))
    expect(refusal).toMatchObject({ code: 'token_inactive', status: 401 })
    expect(refusal.toJSON().code).toBe('token_invalid')
    expect(explain(refusal)).toBe(
      `token_inactive: The issuer ${ISSUER} says that the token is not active: expired, revoked or unknown to it.`,
    )
  })

  it.each<[string, object, string]>([
    ['for another audience', { aud: 'billing-api' }, 'audience_mismatch'],
    ['without an audience', { aud: undefined }, 'claim_missing'],
    ['of another issuer', { iss: 'https://evil.example.com' }, 'issuer_mismatch'],
    ['of an issuer that differs in a slash', { iss: `${ISSUER}/` }, 'issuer_mismatch'],
    ['without an end', { exp: undefined }, 'claim_missing'],
    ['whose end is text', { exp: `${GOOD.exp}` }, 'claim_invalid'],
    ['that has expired all the same', { iat: NOW - 100, exp: NOW - 5 }, 'token_expired'],
    ['that is not valid yet', { nbf: NOW + 60 }, 'token_not_yet_valid'],
    ['that is bound to a key', { cnf: { jkt: 'x'.repeat(43) } }, 'proof_required'],
    ['that is bound to a certificate', { cnf: { 'x5t#S256': 'x'.repeat(43) } }, 'proof_required'],
    ['of type DPoP without the key it is bound to', { token_type: 'DPoP' }, 'claim_invalid'],
    ['that is no access token', { token_type: 'N_A' }, 'claim_invalid'],
    ['whose type is no text', { token_type: ['Bearer'] }, 'claim_invalid'],
    ['whose type is null', { token_type: null }, 'claim_invalid'],
    ['with a subject that is no text', { sub: 7 }, 'claim_invalid'],
  ])('%s', async (_, claims, code) => {
    const { endpoint, verify } = await openScene()
    endpoint.answer(active(claims))
    expect(await refusalOf(verify('opaque-token'))).toMatchObject({ code, status: 401 })
  })

  it.each(['bearer', 'BEARER', undefined])('but not for a token_type of %s', async (type) => {
    const { endpoint, verify } = await openScene()
    endpoint.answer(active({ token_type: type }))
    expect((await verify('opaque-token')).subject).toBe('alice')
  })

  it('without a claim that the configuration requires, or with another value', async () => {
    const { endpoint, verify } = await openScene({
      requiredClaims: ['client_id'],
      expectedClaims: { token_use: 'access' },
    })
    expect((await refusalOf(verify('opaque-token'))).code).toBe('claim_missing')
    endpoint.answer(active({ client_id: 'shop', token_use: 'id' }))
    expect((await refusalOf(verify('opaque-token'))).code).toBe('claim_invalid')
    endpoint.answer(active({ client_id: 'shop', token_use: 'access' }))
    expect((await verify('opaque-token')).subject).toBe('alice')
  })

  it('when it is older than the configuration allows', async () => {
    const { verify, clock } = await openScene({ maxTokenAge: 60 })
    clock.advance(66)
    expect((await refusalOf(verify('opaque-token'))).code).toBe('token_too_old')
  })

  it('without the claims of the profile', async () => {
    const { endpoint, verify } = await openScene({ profile: 'at+jwt' })
    expect((await refusalOf(verify('opaque-token'))).code).toBe('claim_missing')
    endpoint.answer(active({ client_id: 'shop', jti: '1' }))
    expect((await verify('opaque-token')).subject).toBe('alice')
  })

  it('under a second use, where tokens are for one', async () => {
    const used = new Set<string>()
    const { endpoint, verify } = await openScene({
      replay: { claim: (id) => Promise.resolve(!used.has(id) && used.add(id).has(id)) },
    })
    expect((await refusalOf(verify('opaque-token'))).code).toBe('claim_missing')
    endpoint.answer(active({ jti: 'one' }))
    expect((await verify('another-token')).subject).toBe('alice')
    expect((await refusalOf(verify('another-token'))).code).toBe('token_replayed')
  })
})

describe('an answer that parsers read differently is none', () => {
  const body = JSON.stringify(GOOD)
  const nested = `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`

  it.each<[string, Answer]>([
    ['two members of one name', text(body.replace('{', '{"active":false,'))],
    [
      'two nested members of one name',
      text(body.replace('{', '{"realm_access":{"roles":["a"],"roles":["admin"]},')),
    ],
    ['an escaped second member', text(body.replace('{', String.raw`{"\u0061ctive":false,`))],
    ['__proto__', text(body.replace('{', '{"__proto__":{"admin":true},'))],
    ['40 levels', text(body.replace('{', `{"deep":${nested},`))],
    ['octets that are no UTF-8', text(Buffer.from(body.replace('alice', 'al\xffce'), 'latin1'))],
    ['a byte order mark', text(`\ufeff${body}`)],
    ['an infinite number', text(body.replace('{', '{"level":1e999,'))],
  ])('%s', async (_, answer) => {
    const { endpoint, verify } = await openScene({ audience: AUDIENCE })
    endpoint.answer(answer)
    expect(await refusalOf(verify('opaque-token'))).toMatchObject({
      code: 'introspection_unavailable',
      cause: { message: `${endpoint.url} answered with no sound JSON object` },
    })
  })
})

describe('with a polluted Object.prototype', () => {
  const prototype = Object.prototype as Record<string, unknown>
  afterEach(() => {
    delete prototype.active
    delete prototype.cnf
  })

  it('an answer that does not say so is not active', async () => {
    const { endpoint, verify } = await openScene()
    endpoint.answer(active({ active: undefined }))
    prototype.active = true
    expect(await refusalOf(verify('opaque-token'))).toMatchObject({
      code: 'introspection_unavailable',
      cause: { message: `${endpoint.url} answered without saying whether the token is active` },
    })
  })

  it('a token of type DPoP is not bound to what hangs there', async () => {
    const { endpoint, verify } = await openScene()
    endpoint.answer(active({ token_type: 'DPoP' }))
    prototype.cnf = { jkt: 'x'.repeat(43) }
    expect((await refusalOf(verify('opaque-token'))).code).toBe('claim_invalid')
  })
})
