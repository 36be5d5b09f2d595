import type { ConformanceCase } from '../conformance-case.js'
import { COOKIE } from '../services.js'
import type { ConformanceTokens } from '../tokens.js'
import { bearer, casesOf, get } from './build.js'

const { reaches, refuses } = casesOf('cookie')

const cookies = (...values: readonly string[]) =>
  get('/authenticated', ...values.map((value) => ['Cookie', value] as const))

/** A service that takes a token from the header or from a cookie, never both; its challenges name its realm. */
export function cookieCases({ token, forged, now }: ConformanceTokens): readonly ConformanceCase[] {
  const good = token()
  const pair = `${COOKIE}=${good}`
  return [
    reaches('a token in the cookie is let in', cookies(pair)),
    reaches('a token in the header is let in', get('/authenticated', bearer(good))),
    reaches('other cookies do not matter', cookies(`a=1; ${pair}; b="2"; c`)),
    reaches(
      'a cookie beside Basic credentials is let in',
      get('/authenticated', ['Cookie', pair], ['Authorization', 'Basic YTpi']),
    ),
    ...several(good, pair),
    ...others(good),
    ...unreadable(good).map(([what, value]) =>
      refuses(`${what} is an invalid token`, cookies(`${COOKIE}=${value}`), 'token_invalid'),
    ),
    refuses('a forged token in the cookie is refused', cookies(`${COOKIE}=${forged()}`), 'token_invalid'),
    refuses(
      'an expired token in the cookie is refused',
      cookies(`${COOKIE}=${token({ exp: now - 60, iat: now - 120 })}`),
      'token_expired',
    ),
    refuses(
      'a missing scope is refused with the realm',
      get('/scope', bearer(good)),
      'scope_insufficient',
      'orders:read',
    ),
    refuses('a missing role is refused with the realm', get('/admin', bearer(good)), 'role_insufficient'),
  ]
}

function several(good: string, pair: string): readonly ConformanceCase[] {
  const both = (cookie: string, authorization: string) =>
    get('/authenticated', ['Cookie', cookie], ['Authorization', authorization])
  return [
    refuses('a token in each place is refused', both(pair, `Bearer ${good}`), 'credentials_multiple'),
    refuses(
      'an empty cookie beside a token is refused',
      both(`${COOKIE}=`, `Bearer ${good}`),
      'credentials_multiple',
    ),
    refuses(
      'a bad token beside a good cookie is refused',
      both(pair, 'Bearer garbage'),
      'credentials_multiple',
    ),
    refuses(
      'a malformed header beside a good cookie is refused',
      both(pair, 'Bearer'),
      'credentials_malformed',
    ),
    refuses('the cookie twice is refused', cookies(`${pair}; ${pair}`), 'credentials_multiple'),
    refuses(
      'the cookie twice is refused when one is empty',
      cookies(`${COOKIE}=; ${pair}`),
      'credentials_multiple',
    ),
    refuses('the cookie in two headers is refused', cookies(pair, pair), 'credentials_multiple'),
  ]
}

function others(good: string): readonly ConformanceCase[] {
  const values = {
    'no cookie': 'a=1',
    'an empty Cookie header': '',
    'a cookie of another case': `${COOKIE.toLowerCase()}=${good}`,
    'a cookie with a longer name': `x${COOKIE}=${good}; ${COOKIE}x=${good}`,
    'the name without a value': COOKIE,
    'the cookie inside the value of another': `a=${COOKIE}=${good}`,
  }
  return Object.entries(values).map(([what, value]) =>
    refuses(`${what} counts as no credential`, cookies(value), 'credentials_missing'),
  )
}

function unreadable(good: string): readonly (readonly [what: string, value: string])[] {
  return [
    ['an empty cookie', ''],
    ['a quoted cookie', `"${good}"`],
    ['a percent-encoded cookie', good.replaceAll('.', '%2E')],
    ['a cookie with a scheme', `Bearer ${good}`],
    ['a malformed percent-encoding', '%E0%A4%A'],
  ]
}
