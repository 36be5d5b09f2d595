import type { Auth } from '../claims/verified-token.js'

const POLICY_REFUSAL_CODES = [
  'scope_insufficient',
  'role_insufficient',
  'permission_insufficient',
  'authentication_insufficient',
  'policy_refused',
] as const

/** The refusals that a policy may answer with. */
export type PolicyRefusalCode = (typeof POLICY_REFUSAL_CODES)[number]

/** What a policy says of a token. */
export type PolicyResult = { readonly allowed: true } | PolicyRefusal

/** Why a policy does not hold. */
export interface PolicyRefusal {
  readonly allowed: false
  readonly code: PolicyRefusalCode
  /** On `authentication_insufficient`, for the challenge (RFC 9470 section 3). */
  readonly acrValues?: readonly string[]
  /** The same, in seconds. */
  readonly maxAge?: number
}

/**
 * What a verified token must have before a route runs. Synchronous and without side effects: whatever must be
 * looked up elsewhere belongs into the route. It need not check the token itself, which was done before.
 */
export interface Policy {
  check(auth: Auth<unknown>): PolicyResult
  /** One line for people: `role admin and scope orders:write`. */
  describe(): string
  /** The scopes that would be sufficient, for the challenge (RFC 6750 section 3). */
  readonly scopes?: readonly string[]
}

export const ALLOWED: PolicyResult = Object.freeze({ allowed: true })

/**
 * Asks a policy, which may be the user's own: an answer that is neither yes nor no, such as a promise, is an error
 * and not a yes.
 *
 * @throws TypeError, and whatever the policy throws; the authorizer refuses then
 */
export function ask(policy: Policy, auth: Auth<unknown>): PolicyResult {
  const result: { readonly allowed?: unknown; readonly code?: unknown } = policy.check(auth)
  if (result.allowed === true) return ALLOWED
  if (result.allowed === false && POLICY_REFUSAL_CODES.some((code) => code === result.code)) {
    return result as PolicyResult
  }
  throw new TypeError('a policy must answer { allowed: true } or { allowed: false, code }')
}

/** Scope characters by RFC 6749 section 3.3; all of them may stand in a challenge. */
export const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** The answer of a policy that does not hold. */
export function refusedWith(code: PolicyRefusalCode): PolicyRefusal {
  return Object.freeze({ allowed: false, code })
}

/** The answer of a policy that could not be worked out: a refusal, and its negation is one as well. */
export const UNDECIDED: PolicyResult = refusedWith('policy_refused')
