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

const STRING_CLAIMS = ['iss', 'sub', 'jti', 'client_id'] as const
const DATE_CLAIMS = ['exp', 'nbf', 'iat'] as const

/**
 * Checks the registered claims (RFC 7519 section 4.1, RFC 9068 section 2.2) of a token whose signature holds.
 * A claim of the wrong type is refused, never treated as absent.
 *
 * @param now seconds since the epoch
 * @throws AuthError
 */
export function checkRegisteredClaims(claims: Unproven, required: ClaimRequirements, now: number): Claims {
  checkTypes(claims)
  for (const name of required.profile.requiredClaims) requireClaim(claims, name)
  for (const name of required.requiredClaims) requireClaim(claims, name)
  required.profile.check(claims)
  if (claims.iss !== required.issuer)
    throw new AuthError('issuer_mismatch', { details: { expected: [required.issuer] } })
  checkAudience(own(claims, 'aud'), required.audience)
  for (const [name, values] of required.expectedClaims) checkExpected(claims, name, values)
  const proven = claims as Claims
  checkTimes(proven, required, now)
  return proven
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
  for (const name of STRING_CLAIMS) {
    if (Object.hasOwn(claims, name) && typeof claims[name] !== 'string') throw invalid(name)
  }
  for (const name of DATE_CLAIMS) {
    if (Object.hasOwn(claims, name) && !Number.isFinite(claims[name])) throw invalid(name)
  }
  const aud = own(claims, 'aud')
  const isAudience = Array.isArray(aud)
    ? aud.every((item) => typeof item === 'string')
    : aud === undefined || typeof aud === 'string'
  if (!isAudience) throw invalid('aud')
}

function checkAudience(aud: unknown, expected: readonly string[] | null): void {
  if (expected === null) return
  if (aud === undefined) throw new AuthError('claim_missing', { details: { claim: 'aud', expected } })
  const matches = Array.isArray(aud)
    ? expected.some((one) => aud.includes(one))
    : expected.some((one) => one === aud)
  if (!matches) throw new AuthError('audience_mismatch', { details: { expected } })
}

/** The seconds between which proven claims hold, both included; they cannot change, so a cached token keeps them. */
export interface Lifetime {
  readonly from: number
  readonly until: number
}

/** An inherited date is none of the token's. */
function datesOf(claims: Claims) {
  const { exp } = claims
  return { exp, nbf: own(claims, 'nbf') as Claims['nbf'], iat: own(claims, 'iat') as Claims['iat'] }
}

/** The same rules as {@link checkTimes}, as two bounds. */
export function lifetimeOf(claims: Claims, { clockTolerance, maxTokenAge }: ClaimRequirements): Lifetime {
  const { exp, nbf, iat } = datesOf(claims)
  const oldest = maxTokenAge === undefined || iat === undefined ? Number.POSITIVE_INFINITY : iat + maxTokenAge
  return {
    from: Math.max(nbf ?? Number.NEGATIVE_INFINITY, iat ?? Number.NEGATIVE_INFINITY) - clockTolerance,
    until: Math.min(exp, oldest) + clockTolerance,
  }
}

/** Each comparison is written so that a clock that answers NaN refuses. */
function checkTimes(claims: Claims, { clockTolerance, maxTokenAge }: ClaimRequirements, now: number): void {
  const { exp, nbf, iat } = datesOf(claims)
  if (!(now < exp + clockTolerance)) throw new AuthError('token_expired', { details: { seconds: now - exp } })
  if (nbf !== undefined && !(now + clockTolerance >= nbf)) {
    throw new AuthError('token_not_yet_valid', { details: { claim: 'nbf', seconds: nbf - now } })
  }
  if (iat !== undefined && !(now + clockTolerance >= iat)) {
    throw new AuthError('token_not_yet_valid', { details: { claim: 'iat', seconds: iat - now } })
  }
  if ((iat !== undefined && exp < iat) || (nbf !== undefined && exp < nbf)) throw invalid('exp')
  if (maxTokenAge === undefined) return
  if (iat === undefined) throw new AuthError('claim_missing', { details: { claim: 'iat' } })
  if (!(now - iat <= maxTokenAge + clockTolerance))
    throw new AuthError('token_too_old', { details: { limit: maxTokenAge } })
}
