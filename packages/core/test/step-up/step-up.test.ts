import { createAuthorizer } from '../../src/policy/authorizer.js'
import { allOf, anyOf, not } from '../../src/policy/combinations.js'
import { hasRole, hasScope } from '../../src/policy/grants.js'
import type { Policy } from '../../src/policy/policy.js'
import { authenticatedWithin, hasAcr } from '../../src/policy/step-up.js'
import { AuthError } from '../../src/outcome/auth-error.js'
import { NOW, token, verifier } from '../attacks/support/forge.js'
import { mistakeOf } from '../issuers/support/failure.js'
import { boundToken, proof, withProof } from '../proof/support/dpop.js'
import { request, service } from '../proof/support/requests.js'

const refusalBy = (policy: Policy, auth: unknown): AuthError | undefined => {
  const authorize: ReturnType<typeof createAuthorizer> = createAuthorizer(policy)
  try {
    authorize(auth)
    return undefined
  } catch (error) {
    if (error instanceof AuthError) return error
    throw error
  }
}
const verify = verifier()
const refusal = async (policy: Policy, claims: object) => refusalBy(policy, await verify(token(claims)))
const codeOf = async (policy: Policy, claims: object) => (await refusal(policy, claims))?.code ?? 'allowed'
const challengeOf = async (policy: Policy, claims: object = {}) =>
  (await refusal(policy, claims))?.headers['WWW-Authenticate']

const INSUFFICIENT =
  'error="insufficient_user_authentication", error_description="A more recent or stronger authentication is required"'

describe('attack 124: how long ago the person has authenticated', () => {
  it.each([
    ['now', NOW],
    ['a while ago', NOW - 59],
    ['as long ago as may be', NOW - 60],
    ['by a clock that is ahead', NOW + 5],
    ['with a fraction', NOW - 59.5],
  ])('%s is recent', async (_, authTime) => {
    expect(await codeOf(authenticatedWithin(60), { auth_time: authTime })).toBe('allowed')
  })

  it.each([
    ['a second too long ago', NOW - 61],
    ['a day ago', NOW - 86_400],
    ['zero', 0],
    ['negative', -1],
    ['in the future', NOW + 6],
    ['in milliseconds', NOW * 1000],
    ['missing', undefined],
    ['null', null],
    ['as text', String(NOW)],
    ['a list', [NOW]],
    ['true', true],
    ['an object', { valueOf: NOW }],
  ])('%s is not', async (_, authTime) => {
    expect(await codeOf(authenticatedWithin(60), { auth_time: authTime })).toBe('authentication_insufficient')
  })

  it('grows old while the token is remembered', async () => {
    let now = NOW
    const auth = await verifier({ clock: () => now })(token({ auth_time: NOW }))
    const policy = authenticatedWithin(60)
    expect(refusalBy(policy, auth)).toBeUndefined()
    now = NOW + 61
    expect(refusalBy(policy, auth)?.code).toBe('authentication_insufficient')
  })

  it('is insufficient by a clock that answers no number', async () => {
    let now = NOW
    const auth = await verifier({ clock: () => now })(token({ auth_time: NOW }))
    now = Number.NaN
    expect(refusalBy(authenticatedWithin(60), auth)?.code).toBe('authentication_insufficient')
  })

  it('is what the issuer wrote, whatever a schema makes of it', async () => {
    const validate = () => ({ value: { auth_time: NOW } })
    const schema = { '~standard': { version: 1, vendor: 'test', validate } } as never
    const auth = await verifier({ schema })(token({ auth_time: 1 }))
    expect(refusalBy(authenticatedWithin(60), auth)?.code).toBe('authentication_insufficient')
  })

  it.each([0, -1, 0.5, 366 * 24 * 3600 + 1, Number.NaN, Number.POSITIVE_INFINITY, '60', null, undefined])(
    'must be a number of seconds up to a year: %p is none',
    (seconds) => {
      expect(mistakeOf(() => authenticatedWithin(seconds as never)).option).toBe('authenticatedWithin()')
    },
  )
})

describe('attack 124: in which way the person has authenticated', () => {
  it.each([
    ['the one', 'mfa'],
    ['the other', 'urn:example:hardware'],
  ])('%s that is asked for is sufficient', async (_, acr) => {
    expect(await codeOf(hasAcr('mfa', 'urn:example:hardware'), { acr })).toBe('allowed')
  })

  it.each([
    ['another', 'pwd'],
    ['in capitals', 'MFA'],
    ['one that begins alike', 'mfa2'],
    ['one that is a part', 'mf'],
    ['two in one text', 'mfa urn:example:hardware'],
    ['empty', ''],
    ['missing', undefined],
    ['null', null],
    ['a list', ['mfa']],
    ['an object', { 0: 'mfa' }],
    ['a number', 1],
    ['true', true],
  ])('%s is not', async (_, acr) => {
    expect(await codeOf(hasAcr('mfa', 'urn:example:hardware'), { acr })).toBe('authentication_insufficient')
  })

  it('is the claim acr, and no other', async () => {
    expect(await codeOf(hasAcr('mfa'), { amr: ['mfa'], acr_values: 'mfa', scope: 'mfa' })).toBe(
      'authentication_insufficient',
    )
  })

  it.each([
    [[]],
    [['']],
    [['two words']],
    [['quoted"']],
    [['back\\slash']],
    [['line\nbreak']],
    [['ä']],
    [[7]],
    [['mfa', null]],
  ])('must be words that may stand in a challenge: %j are none', (values) => {
    expect(mistakeOf(() => hasAcr(...(values as never[]))).option).toBe('hasAcr()')
  })

  it('cannot be changed afterwards', async () => {
    const values = ['mfa']
    const policy = hasAcr(...values)
    values[0] = 'pwd'
    expect(await codeOf(policy, { acr: 'pwd' })).toBe('authentication_insufficient')
    expect(Object.isFrozen(policy)).toBe(true)
  })
})

describe('attack 124: the challenge (RFC 9470 section 3), to the letter', () => {
  it('names what would be sufficient', async () => {
    expect(await challengeOf(authenticatedWithin(300))).toBe(`Bearer ${INSUFFICIENT}, max_age="300"`)
    expect(await challengeOf(hasAcr('mfa', 'urn:example:hardware'))).toBe(
      `Bearer ${INSUFFICIENT}, acr_values="mfa urn:example:hardware"`,
    )
  })

  it('is 401, and may not be stored', async () => {
    const error = await refusal(hasAcr('mfa'), {})
    expect(error?.status).toBe(401)
    expect(error?.headers['Cache-Control']).toBe('no-store')
    expect(error?.toJSON()).toEqual({
      type: 'about:blank',
      title: 'A more recent or stronger authentication is required',
      status: 401,
      code: 'authentication_insufficient',
    })
  })

  it('stands on the scheme of the token', async () => {
    const bound = boundToken({ auth_time: 1 })
    const auth = await service({ dpop: 'optional' })(request(withProof(proof({ token: bound }), bound)))
    expect(refusalBy(authenticatedWithin(60), auth)?.headers['WWW-Authenticate']).toBe(
      `Bearer, DPoP ${INSUFFICIENT}, max_age="60", algs="ES256 ES384 ES512 EdDSA Ed25519 PS256 RS256"`,
    )
  })

  it('is the usual one for whom there is no token', () => {
    const error = refusalBy(hasAcr('mfa'), undefined)
    expect(error?.code).toBe('credentials_missing')
    expect(error?.headers['WWW-Authenticate']).toBe('Bearer')
  })

  it('says nothing of what the token holds', async () => {
    const error = await refusal(hasAcr('mfa'), { acr: 'password-of-4711' })
    expect(JSON.stringify([error, error?.headers, error?.message])).not.toContain('4711')
  })
})

describe('together with other policies', () => {
  it('all must hold, and the first that does not is told', async () => {
    const policy = allOf(hasRole('admin'), hasAcr('mfa'), authenticatedWithin(60))
    expect(await codeOf(policy, {})).toBe('role_insufficient')
    expect(await challengeOf(policy, { roles: ['admin'] })).toBe(`Bearer ${INSUFFICIENT}, acr_values="mfa"`)
    expect(await challengeOf(policy, { roles: ['admin'], acr: 'mfa' })).toBe(
      `Bearer ${INSUFFICIENT}, max_age="60"`,
    )
    expect(await codeOf(policy, { roles: ['admin'], acr: 'mfa', auth_time: NOW })).toBe('allowed')
  })

  it('a missing scope is told with its scope, and no step-up', async () => {
    const policy = allOf(hasScope('pay'), hasAcr('mfa'))
    expect(await challengeOf(policy, { acr: 'mfa' })).toBe(
      'Bearer error="insufficient_scope", error_description="The access token lacks a required scope", scope="pay"',
    )
  })

  it('one of several is enough', async () => {
    const policy = anyOf(hasAcr('mfa'), authenticatedWithin(60))
    expect(await codeOf(policy, { auth_time: NOW })).toBe('allowed')
    expect(await codeOf(policy, { acr: 'mfa' })).toBe('allowed')
    expect(await codeOf(policy, {})).toBe('policy_refused')
  })

  it('not() turns it round', async () => {
    expect(await codeOf(not(hasAcr('pwd')), { acr: 'mfa' })).toBe('allowed')
    expect(await codeOf(not(hasAcr('pwd')), { acr: 'pwd' })).toBe('policy_refused')
  })

  it('they describe themselves', () => {
    expect(allOf(hasAcr('mfa', 'hwk'), authenticatedWithin(60)).describe()).toBe(
      '(acr mfa or hwk) and (authenticated within 60 s)',
    )
  })
})
