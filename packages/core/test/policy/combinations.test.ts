import { claim } from '../../src/policy/claim.js'
import { allOf, anyOf, not } from '../../src/policy/combinations.js'
import { hasRole, hasScope } from '../../src/policy/grants.js'
import type { Policy } from '../../src/policy/policy.js'
import { answerTo, refusalOf } from './authorize.js'

const admin = { roles: ['admin'], scope: 'read' }
const broken: Policy = {
  check: () => {
    throw new Error('the claim is user-1')
  },
  describe: () => 'broken',
}
const promising = {
  check: () => Promise.resolve({ allowed: true }),
  describe: () => 'later',
} as unknown as Policy
const throwing = claim(['suspension'], (value) => (value as { active: boolean }).active)
const later = claim(['suspension'], (() => Promise.resolve(true)) as unknown as () => boolean)
const truthy = claim(['sub'], ((value: unknown) => value) as () => boolean)

it('asks for all, for one, for none', async () => {
  expect(await answerTo(allOf(hasRole('admin'), hasScope('read')), admin)).toBe('allowed')
  expect(await answerTo(allOf(hasRole('admin'), hasScope('write')), admin)).toBe('scope_insufficient')
  expect(await answerTo(anyOf(hasRole('owner'), hasScope('read')), admin)).toBe('allowed')
  expect(await answerTo(anyOf(hasRole('owner'), hasScope('write')), admin)).toBe('policy_refused')
  expect(await answerTo(anyOf(hasScope('a'), hasScope('write')), admin)).toBe('scope_insufficient')
  expect(await answerTo(not(hasRole('owner')), admin)).toBe('allowed')
  expect(await answerTo(not(hasRole('admin')), admin)).toBe('policy_refused')
  expect(await answerTo(not(not(hasRole('admin'))), admin)).toBe('allowed')
})

describe('attack 132: a policy that cannot be worked out refuses', () => {
  it.each<[string, Policy]>([
    ['one that throws', broken],
    ['one that promises', promising],
    ['a predicate that throws', throwing],
    ['a predicate that promises', later],
    ['a predicate that answers a value', truthy],
  ])('%s', async (_, policy) => {
    for (const around of [
      policy,
      not(policy),
      not(not(policy)),
      allOf(policy),
      not(allOf(policy)),
      not(allOf(hasRole('admin'), policy)),
      anyOf(policy, hasRole('owner')),
      not(anyOf(policy, hasRole('owner'))),
      not(anyOf(hasRole('owner'), policy)),
      not(anyOf(not(policy), hasRole('owner'))),
    ]) {
      expect(await answerTo(around, admin)).toBe('policy_refused')
    }
  })

  it('lets another one decide that holds by itself', async () => {
    expect(await answerTo(anyOf(throwing, hasRole('admin')), admin)).toBe('allowed')
    expect(await answerTo(not(allOf(hasRole('owner'), throwing)), admin)).toBe('allowed')
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['true', true],
    ['a string', 'allowed'],
    ['a truthy allowed', { allowed: 1 }],
    ['no allowed', { code: 'policy_refused' }],
    ['a code that is none', { allowed: false, code: 'token_expired' }],
    ['no code', { allowed: false }],
  ])('one that answers %s', async (_, answer) => {
    const policy = { check: () => answer, describe: () => 'odd' } as Policy
    expect(await answerTo(policy, admin)).toBe('policy_refused')
    expect(await answerTo(not(policy), admin)).toBe('policy_refused')
  })

  it('says nothing of what was thrown', async () => {
    const error = await refusalOf(broken, admin)
    expect(error?.cause).toBeUndefined()
    expect(error?.message).toBe('The access token does not allow this')
  })
})

describe('claim(path, predicate)', () => {
  it.each<[string, readonly string[], (value: unknown) => boolean, boolean]>([
    ['a value', ['department'], (value) => value === 'sales', true],
    ['a value within', ['address', 'country'], (value) => value === 'AT', true],
    ['a value that is not there', ['nothing'], (value) => value === undefined, true],
    ['a value through a string', ['department', 'length'], (value) => value === undefined, true],
    ['a value through the prototype', ['constructor'], (value) => value === undefined, true],
    ['another value', ['department'], (value) => value === 'Sales', false],
  ])('%s', async (_, path, predicate, allowed) => {
    const claims = { department: 'sales', address: { country: 'AT' } }
    expect(await answerTo(claim(path, predicate), claims)).toBe(allowed ? 'allowed' : 'policy_refused')
  })
})
