import { Auth } from '../claims/verified-token.js'
import { AuthError } from '../outcome/auth-error.js'
import { publishDecision, publishRefusal } from '../outcome/diagnostics.js'
import { allOf, requirePolicies } from './combinations.js'
import { ask, refusedWith, type Policy, type PolicyResult } from './policy.js'

/** Lets a verified token pass or throws; anything else is an anonymous request. */
export type Authorizer = (auth: unknown) => asserts auth is Auth<unknown>

/**
 * Makes the check that adapters run before a route. Several policies must all hold.
 *
 * The authorizer takes whatever stands where the adapter keeps its result, and believes only what a verifier made.
 *
 * @throws ConfigurationError at once when no policy is given
 */
export function createAuthorizer(...policies: readonly Policy[]): Authorizer {
  requirePolicies('authorize()', policies)
  const policy = policies.length === 1 && policies[0] !== undefined ? policies[0] : allOf(...policies)
  const scopes = policy.scopes ?? []

  const refusalOf = (auth: Auth<unknown>): AuthError | undefined => {
    const result = checkSafely(policy, auth)
    if (result?.allowed === true) return undefined
    const { code, acrValues, maxAge } = result ?? refusedWith('policy_refused')
    const details = { issuer: auth.issuer, required: describeSafely(policy) }
    const error = new AuthError(code, {
      scopes: code === 'scope_insufficient' ? scopes : undefined,
      ...(code === 'authentication_insufficient' ? { acrValues, maxAge } : {}),
      details,
    })
    const scheme = Auth.confirmationOf(auth)?.method === 'jkt' ? 'DPoP' : 'Bearer'
    return AuthError.withChallenge(error, Auth.challengeOf(auth), scheme)
  }
  return (auth) => {
    const refusal = Auth.is(auth) ? refusalOf(auth) : new AuthError('credentials_missing', { scopes })
    if (refusal === undefined) {
      publishDecision({ step: 'policy', outcome: 'accepted' })
      return
    }
    publishRefusal('policy', refusal)
    throw refusal
  }
}

/** A policy of the user's that throws has not said yes. */
function checkSafely(policy: Policy, auth: Auth<unknown>): PolicyResult | undefined {
  try {
    return ask(policy, auth)
  } catch {
    return undefined
  }
}

/** Its words are for people; without them the refusal is the same. */
function describeSafely(policy: Policy): string {
  try {
    return policy.describe()
  } catch {
    return 'a policy that cannot describe itself'
  }
}
