import { Auth } from '../claims/verified-token.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import { numberBetween } from '../options/readers.js'
import { ALLOWED, type Policy, type PolicyResult } from './policy.js'

const ACR_VALUE = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/
const A_YEAR = 366 * 24 * 3600

/**
 * The person must have authenticated within so many seconds (`auth_time`, RFC 9470 section 6.2). The refusal is 401
 * with `max_age`, upon which a client sends the person to authenticate again.
 *
 * @param seconds 1 to a year
 */
export function authenticatedWithin(seconds: number): Policy {
  const maxAge = numberBetween(1, A_YEAR, 'seconds')(seconds, 'authenticatedWithin()')
  const refused: PolicyResult = Object.freeze({ allowed: false, code: 'authentication_insufficient', maxAge })
  return Object.freeze({
    check(auth: Auth<unknown>) {
      const time = Auth.claimAt(auth, ['auth_time'])
      // Written so that a clock that answers NaN refuses; a time in the future is no authentication.
      const age = Auth.now(auth) - (typeof time === 'number' ? time : Number.NaN)
      return age <= maxAge && age >= -CLOCK_TOLERANCE ? ALLOWED : refused
    },
    describe: () => `authenticated within ${maxAge} s`,
  })
}

const CLOCK_TOLERANCE = 5

/**
 * The person must have authenticated in one of these ways (`acr`, RFC 9470 section 3), compared exactly. The refusal
 * is 401 with `acr_values`.
 */
export function hasAcr(...values: readonly string[]): Policy {
  if (values.length === 0 || !values.every((value) => typeof value === 'string' && ACR_VALUE.test(value))) {
    throw new ConfigurationError(
      'hasAcr()',
      "expects at least one value without spaces and quotation marks, such as 'mfa'",
    )
  }
  const acrValues = Object.freeze([...values])
  const refused: PolicyResult = Object.freeze({
    allowed: false,
    code: 'authentication_insufficient',
    acrValues,
  })
  return Object.freeze({
    check: (auth: Auth<unknown>) =>
      acrValues.some((value) => value === Auth.claimAt(auth, ['acr'])) ? ALLOWED : refused,
    describe: () => `acr ${acrValues.join(' or ')}`,
  })
}
