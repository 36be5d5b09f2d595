import type { Auth } from '../claims/verified-token.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import {
  ALLOWED,
  ask,
  refusedWith,
  SCOPE_TOKEN,
  UNDECIDED,
  type Policy,
  type PolicyResult,
} from './policy.js'

/** Every policy must hold; the first that does not gives the reason. */
export function allOf(...policies: readonly Policy[]): Policy {
  requirePolicies('allOf()', policies)
  return Object.freeze({
    check(auth: Auth<unknown>) {
      for (const policy of policies) {
        const result = ask(policy, auth)
        if (!result.allowed) return result
      }
      return ALLOWED
    },
    describe: () => joined(policies, 'and'),
    scopes: Object.freeze([...new Set(policies.flatMap(({ scopes = [] }) => scopes))]),
  })
}

/** At least one policy must hold. The challenge names the scopes of the first that has any. */
export function anyOf(...policies: readonly Policy[]): Policy {
  requirePolicies('anyOf()', policies)
  const onlyScopes = policies.every(({ scopes = [] }) => scopes.length > 0)
  const refused = refusedWith(onlyScopes ? 'scope_insufficient' : 'policy_refused')
  return Object.freeze({
    check(auth: Auth<unknown>) {
      let answer: PolicyResult = refused
      for (const policy of policies) {
        const result = ask(policy, auth)
        if (result.allowed) return ALLOWED
        if (result === UNDECIDED) answer = UNDECIDED
      }
      return answer
    },
    describe: () => joined(policies, 'or'),
    scopes: policies.find(({ scopes = [] }) => scopes.length > 0)?.scopes ?? Object.freeze([]),
  })
}

/** The policy must not hold. Where it could not be worked out, its negation does not hold either. */
export function not(policy: Policy): Policy {
  requirePolicies('not()', [policy])
  const refused = refusedWith('policy_refused')
  return Object.freeze({
    check(auth: Auth<unknown>) {
      const result = ask(policy, auth)
      if (result === UNDECIDED) return UNDECIDED
      return result.allowed ? refused : ALLOWED
    },
    describe: () => `not (${policy.describe()})`,
  })
}

function joined(policies: readonly Policy[], word: string): string {
  return policies.length === 1 && policies[0] !== undefined
    ? policies[0].describe()
    : policies.map((policy) => `(${policy.describe()})`).join(` ${word} `)
}

/** @throws ConfigurationError when the list is empty, which would allow everything or nothing, or holds no policy */
export function requirePolicies(
  factory: string,
  policies: readonly unknown[],
): asserts policies is readonly Policy[] {
  if (policies.length === 0)
    throw new ConfigurationError(factory, "expects at least one policy, such as hasRole('admin')")
  for (const policy of policies) {
    if (!isPolicy(policy)) {
      throw new ConfigurationError(
        factory,
        "expects policies, such as hasRole('admin') or hasScope('orders:read'); one of your own needs check() and describe()",
      )
    }
    const scopes: unknown = policy.scopes ?? []
    if (
      Array.isArray(scopes) &&
      scopes.every((scope) => typeof scope === 'string' && SCOPE_TOKEN.test(scope))
    )
      continue
    throw new ConfigurationError(
      factory,
      'is given a policy whose scopes are no list of scopes without spaces and quotation marks',
    )
  }
}

function isPolicy(value: unknown): value is Policy {
  const has = (name: 'check' | 'describe') =>
    typeof (value as Partial<Record<typeof name, unknown>>)[name] === 'function'
  return typeof value === 'object' && value !== null && has('check') && has('describe')
}
