import type { ConformanceCase } from '../conformance-case.js'
import type { ConformanceTokens } from '../tokens.js'
import { bearer, casesOf, get } from './build.js'

const { reaches, refuses, stepsUp } = casesOf('resource')

/** Routes that want a recent or a strong authentication (RFC 9470). */
export function stepUpCases({ token, now }: ConformanceTokens): readonly ConformanceCase[] {
  const recent = (authTime: unknown) => get('/recent', bearer(token({ auth_time: authTime })))
  const strong = (acr: unknown) => get('/strong', bearer(token({ acr })))
  return [
    reaches('a recent authentication is let in', recent(now - 299)),
    ...Object.entries({
      'an authentication long ago': now - 301,
      'an authentication in the future': now + 60,
      'an authentication without a time': undefined,
      'a time as text': String(now),
    }).map(([what, time]) => stepsUp(`${what} must be made again`, recent(time), 'max_age="300"')),
    reaches('a strong authentication is let in', strong('mfa')),
    ...Object.entries({
      'a weak authentication': 'pwd',
      'a strong authentication in a list': ['mfa'],
      'a strong authentication among others': 'pwd mfa',
      'an authentication of no kind': undefined,
    }).map(([what, acr]) => stepsUp(`${what} must be a stronger one`, strong(acr), 'acr_values="mfa"')),
    refuses('no token on a route that wants a strong one', get('/strong'), 'credentials_missing'),
  ]
}
