import type { VerifiedToken } from '../claims/verified-token.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import { ALLOWED, ask, refusedWith, type Policy } from './policy.js'

/** Every policy must hold; the first that does not gives the reason. */
export function allOf(...policies: readonly Policy[]): Policy {
  requirePolicies('allOf()', policies)
  return Object.freeze({
    check(auth: VerifiedToken<unknown>) {
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
    check: (auth: VerifiedToken<unknown>) =>
      policies.some((policy) => ask(policy, auth).allowed) ? ALLOWED : refused,
    describe: () => joined(policies, 'or'),
    scopes: policies.find(({ scopes = [] }) => scopes.length > 0)?.scopes ?? Object.freeze([]),
  })
}

/** The policy must not hold. */
export function not(policy: Policy): Policy {
  requirePolicies('not()', [policy])
  const refused = refusedWith('policy_refused')
  return Object.freeze({
    check: (auth: VerifiedToken<unknown>) => (ask(policy, auth).allowed ? refused : ALLOWED),
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
    if (
      typeof policy === 'object' &&
      policy !== null &&
      'check' in policy &&
      typeof policy.check === 'function'
    )
      continue
    throw new ConfigurationError(
      factory,
      "expects policies, such as hasRole('admin') or hasScope('orders:read')",
    )
  }
}
