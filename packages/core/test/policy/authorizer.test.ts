import { AuthError } from '../../src/outcome/auth-error.js'
import { ConfigurationError } from '../../src/outcome/configuration-error.js'
import { createAuthorizer, type Authorizer } from '../../src/policy/authorizer.js'
import { claim } from '../../src/policy/claim.js'
import { allOf, anyOf, not } from '../../src/policy/combinations.js'
import { hasPermission, hasRole, hasScope } from '../../src/policy/grants.js'
import { authenticatedWithin, hasAcr } from '../../src/policy/step-up.js'
import type { Policy } from '../../src/policy/policy.js'
import { NOW, token, verifier } from '../attacks/support/forge.js'
import { outcomeOf } from '../attacks/support/outcome-of.js'
import { answerTo, refusalOf } from './authorize.js'

const authorizeAdmin: Authorizer = createAuthorizer(hasRole('admin'))

function thrownBy(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}

describe('attack 133: an empty requirement is a wrong configuration', () => {
  const empty: Readonly<Record<string, () => unknown>> = {
    'no policy': () => createAuthorizer(),
    'undefined for a policy': () => createAuthorizer(undefined as never),
    'a list for a policy': () => createAuthorizer([hasRole('admin')] as never),
    'a string for a policy': () => createAuthorizer('admin' as never),
    'a function for a policy': () => createAuthorizer((() => true) as never),
    'a policy without check': () => createAuthorizer({ describe: () => '' } as never),
    'a policy without describe': () => createAuthorizer({ check: () => ({ allowed: true }) } as never),
    'all of nothing': () => allOf(),
    'any of nothing': () => anyOf(),
    'any of undefined': () => anyOf(hasRole('admin'), undefined as never),
    'not nothing': () => not(undefined as never),
    'no role': () => hasRole(''),
    'a role of spaces': () => hasRole('  '),
    'roles in a list': () => hasRole(['admin'] as never),
    'an undefined role': () => hasRole(undefined as never),
    'no scope': () => hasScope(''),
    'two scopes in one': () => hasScope('read write'),
    'scopes in a list': () => hasScope(['read'] as never),
    'a scope that breaks a challenge': () => hasScope('a"b'),
    'a scope with a line feed': () => hasScope('a\nb'),
    'no permission': () => hasPermission(''),
    'a permission that is none': () => hasPermission(null as never),
    'no path': () => claim([], () => true),
    'a path as a string': () => claim('a.b' as never, () => true),
    'a path with a number': () => claim([0] as never, () => true),
    'no predicate': () => claim(['a'], undefined as never),
    'an asynchronous predicate': () => claim(['a'], (async () => Promise.resolve(true)) as never),
    'no acr': () => hasAcr(),
    'an empty acr': () => hasAcr(''),
    'a negative age': () => authenticatedWithin(-1),
    'an age that is none': () => authenticatedWithin(Number.NaN),
  }
  it.each(Object.entries(empty))('%s', (_, act) => {
    const error = thrownBy(act)
    expect(error).toBeInstanceOf(ConfigurationError)
    expect((error as Error).message).toMatch(/^[a-zA-Z]+\(\): .*expects /)
  })
})

describe('attack 164: something that was put where the verified token belongs', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['claims', { sub: 'user-1', roles: ['admin'] }],
    ['an object like a verified token', { claims: { roles: ['admin'] }, roles: ['admin'], header: {} }],
    ['a string', token({ roles: ['admin'] })],
    ['true', true],
  ])('%s is an anonymous request', (_, auth) => {
    const error = thrownBy(() => {
      authorizeAdmin(auth)
    })
    expect(error).toBeInstanceOf(AuthError)
    expect((error as AuthError).code).toBe('credentials_missing')
  })

  it('does not take the prototype of a verified token for one', async () => {
    const auth = await verifier()(token({ roles: ['admin'] }))
    const copy: unknown = Object.assign(Object.create(Object.getPrototypeOf(auth) as object) as object, auth)
    expect(
      (
        thrownBy(() => {
          authorizeAdmin(copy)
        }) as AuthError
      ).code,
    ).toBe('credentials_missing')
    expect(
      (
        thrownBy(() => {
          authorizeAdmin(Object.assign({}, auth))
        }) as AuthError
      ).code,
    ).toBe('credentials_missing')
    expect(
      thrownBy(() => {
        authorizeAdmin(auth)
      }),
    ).toBeUndefined()
  })
})

describe('attack 140: what a refusal says', () => {
  it('names the scopes that are required, not those that the token has', async () => {
    const policy = allOf(hasScope('orders:read'), hasScope('orders:write'))
    const error = await refusalOf(policy, { scope: 'orders:read profile' }, { realm: 'orders' })
    expect(error?.status).toBe(403)
    expect(error?.headers['WWW-Authenticate']).toBe(
      'Bearer realm="orders", error="insufficient_scope", error_description="The access token lacks a required scope", scope="orders:read orders:write"',
    )
    expect(JSON.stringify(error)).not.toContain('profile')
  })
  it('has no error for a request without a token', () => {
    const authorize: Authorizer = createAuthorizer(hasScope('orders:read'))
    const error = thrownBy(() => {
      authorize(undefined)
    }) as AuthError
    expect([error.status, error.headers['WWW-Authenticate']]).toEqual([401, 'Bearer scope="orders:read"'])
  })
  it('asks for another authentication where that is what lacks (attack 124)', async () => {
    const error = await refusalOf(hasAcr('mfa', 'phr'), { acr: 'pwd' })
    expect(error?.status).toBe(401)
    expect(error?.headers['WWW-Authenticate']).toContain(
      'error="insufficient_user_authentication", error_description="A more recent or stronger authentication is required", acr_values="mfa phr"',
    )
    const late = await refusalOf(authenticatedWithin(300), { auth_time: NOW - 301 })
    expect(late?.headers['WWW-Authenticate']).toContain('max_age="300"')
  })
})

describe('attack 124: a step up', () => {
  it.each<[string, Policy, object, string]>([
    ['recent enough', authenticatedWithin(300), { auth_time: NOW - 300 }, 'allowed'],
    [
      'a second too late',
      authenticatedWithin(300),
      { auth_time: NOW - 300.5 },
      'authentication_insufficient',
    ],
    ['in the future', authenticatedWithin(300), { auth_time: NOW + 60 }, 'authentication_insufficient'],
    ['as a string', authenticatedWithin(300), { auth_time: String(NOW) }, 'authentication_insufficient'],
    ['not at all', authenticatedWithin(300), {}, 'authentication_insufficient'],
    ['one of the ways', hasAcr('mfa', 'phr'), { acr: 'phr' }, 'allowed'],
    ['another way', hasAcr('mfa'), { acr: 'mfa2' }, 'authentication_insufficient'],
    ['another case', hasAcr('mfa'), { acr: 'MFA' }, 'authentication_insufficient'],
    ['a list of ways', hasAcr('mfa'), { acr: ['mfa'] }, 'authentication_insufficient'],
    ['amr instead', hasAcr('mfa'), { amr: ['mfa'] }, 'authentication_insufficient'],
  ])('authenticated %s', async (_, policy, claims, answer) => {
    expect(await answerTo(policy, claims)).toBe(answer)
  })
})

describe('attack 141: an expired token on a route that needs a scope', () => {
  it('is refused as expired, before anybody asks for scopes', async () => {
    expect(await outcomeOf(verifier(), token({ exp: NOW - 60, scope: '' }))).toBe('token_expired')
  })
})

describe('attack 167: a policy of one’s own that would break the challenge', () => {
  it.each<[string, unknown]>([
    ['a quotation mark', ['a"b']],
    ['a backslash', ['a\\b']],
    ['a line break', ['a\r\nX-Evil: 1']],
    ['a space', ['a b']],
    ['no text', [1]],
    ['no list', 'read'],
  ])('is refused at start: scopes with %s', (_, scopes) => {
    const policy = { check: () => ({ allowed: false }), describe: () => '', scopes } as never
    expect(() => createAuthorizer(policy)).toThrow(ConfigurationError)
    expect(() => anyOf(policy)).toThrow(/authorize\(\)|anyOf\(\)/)
  })
  it('is left out of the challenge: an age that is no number', async () => {
    const policy = {
      check: () => ({
        allowed: false,
        code: 'authentication_insufficient',
        maxAge: '1"\r\nX: 1',
        acrValues: ['a"b', 'mfa'],
      }),
      describe: () => 'odd',
    } as unknown as Policy
    const challenge = (await refusalOf(policy, {}))?.headers['WWW-Authenticate']
    expect(challenge).toMatch(/required", acr_values="mfa"$/)
  })
  it('may be unable to describe itself', async () => {
    const policy: Policy = {
      check: () => ({ allowed: false, code: 'policy_refused' }),
      describe: () => {
        throw new Error('secret')
      },
    }
    expect((await refusalOf(policy, {}))?.details.required).toBe('a policy that cannot describe itself')
  })
})
