import { AuthError } from '../outcome/auth-error.js'
import type { Claims } from './claims.js'
import type { Profile } from './profiles.js'

/** What the registered claims must say, as the configuration has it. */
export interface ClaimRequirements {
  readonly issuer: string
  /** Identifiers of this service; null skips the comparison. */
  readonly audience: readonly string[] | null
  readonly profile: Profile
  readonly requiredClaims: readonly string[]
  readonly expectedClaims: readonly (readonly [name: string, values: readonly string[]])[]
  /** Seconds by which clocks may differ. */
  readonly clockTolerance: number
  /** Seconds since `iat` after which a token is refused; undefined for no limit. */
  readonly maxTokenAge: number | undefined
}

type Unproven = Readonly<Record<string, unknown>>

const own = (claims: Unproven, name: string): unknown =>
  Object.hasOwn(claims, name) ? claims[name] : undefined

const isString = (value: unknown) => typeof value === 'string'

/** What the value of a registered claim must be, wherever the claim is there. */
const TYPES: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ...['iss', 'sub', 'jti', 'client_id'].map((name) => [name, isString] as const),
  ...['exp', 'nbf', 'iat'].map((name) => [name, Number.isFinite] as const),
  ['aud', (aud: unknown) => isString(aud) || (Array.isArray(aud) && aud.every(isString))],
])

/**
 * Checks the registered claims (RFC 7519 section 4.1, RFC 9068 section 2.2) of a token whose signature holds.
 * A claim of the wrong type is refused, never treated as absent.
 *
 * @param now seconds since the epoch
 * @returns the claims, and between which seconds they hold: claims cannot change, so that a cached token keeps both
 * @throws AuthError
 */
export function checkRegisteredClaims(
  claims: Unproven,
  required: ClaimRequirements,
  now: number,
): Lifetime & { readonly proven: Claims } {
  checkTypes(claims)
  for (const name of required.profile.requiredClaims) requireClaim(claims, name)
  for (const name of required.requiredClaims) requireClaim(claims, name)
  required.profile.check(claims)
  if (claims.iss !== required.issuer)
    throw new AuthError('issuer_mismatch', { details: { expected: [required.issuer] } })
  checkAudience(own(claims, 'aud'), required.audience)
  for (const [name, values] of required.expectedClaims) checkExpected(claims, name, values)
  const proven = claims as Claims
  const { from, until } = checkTimes(proven, required, now)
  return { proven, from, until }
}

function requireClaim(claims: Unproven, name: string): void {
  const value = own(claims, name)
  if (value === undefined || value === null || value === '') {
    throw new AuthError('claim_missing', { details: { claim: name } })
  }
}

function invalid(claim: string): AuthError {
  return new AuthError('claim_invalid', { details: { claim } })
}

function checkExpected(claims: Unproven, name: string, values: readonly string[]): void {
  requireClaim(claims, name)
  if (!values.some((value) => value === claims[name])) {
    throw new AuthError('claim_invalid', { details: { claim: name, expected: values } })
  }
}

function checkTypes(claims: Unproven): void {
  for (const name in claims) {
    if (TYPES.get(name)?.(claims[name]) === false && Object.hasOwn(claims, name)) throw invalid(name)
  }
}

function checkAudience(aud: unknown, expected: readonly string[] | null): void {
  if (expected === null) return
  if (aud === undefined) throw new AuthError('claim_missing', { details: { claim: 'aud', expected } })
  const matches = Array.isArray(aud)
    ? expected.some((one) => aud.includes(one))
    : expected.some((one) => one === aud)
  if (!matches) throw new AuthError('audience_mismatch', { details: { expected } })
}

/** The seconds since the epoch between which claims hold: from the first on, and until before the last. */
export interface Lifetime {
  readonly from: number
  readonly until: number
}

/** Each comparison is written so that a clock that answers NaN refuses. */
function checkTimes(claims: Claims, required: ClaimRequirements, now: number): Lifetime {
  const { clockTolerance, maxTokenAge } = required
  const { exp } = claims
  // An inherited date is none of the token's.
  const nbf = own(claims, 'nbf') as Claims['nbf']
  const iat = own(claims, 'iat') as Claims['iat']
  if (!(now < exp + clockTolerance)) throw new AuthError('token_expired', { details: { seconds: now - exp } })
  if (nbf !== undefined && !(now + clockTolerance >= nbf)) {
    throw new AuthError('token_not_yet_valid', { details: { claim: 'nbf', seconds: nbf - now } })
  }
  if (iat !== undefined && !(now + clockTolerance >= iat)) {
    throw new AuthError('token_not_yet_valid', { details: { claim: 'iat', seconds: iat - now } })
  }
  if ((iat !== undefined && exp < iat) || (nbf !== undefined && exp < nbf)) throw invalid('exp')
  const from = Math.max(nbf ?? Number.NEGATIVE_INFINITY, iat ?? Number.NEGATIVE_INFINITY) - clockTolerance
  if (maxTokenAge === undefined) return { from, until: exp + clockTolerance }
  if (iat === undefined) throw new AuthError('claim_missing', { details: { claim: 'iat' } })
  if (!(now - iat <= maxTokenAge + clockTolerance))
    throw new AuthError('token_too_old', { details: { limit: maxTokenAge } })
  return { from, until: Math.min(exp, iat + maxTokenAge) + clockTolerance }
}
