import type { ConformanceCase } from '../conformance-case.js'
import type { ConformanceTokens } from '../tokens.js'
import { bearer, casesOf, get } from './build.js'

const { reaches, refuses } = casesOf('optional')

/** Where credentials are optional a request without any is anonymous, and a bad one is refused all the same. */
export function optionalCases(tokens: ConformanceTokens): readonly ConformanceCase[] {
  const { token, forged, unsigned, now } = tokens
  const good = token({ scope: 'orders:read', roles: ['admin'] })
  return [
    reaches('a request without credentials is anonymous', get('/authenticated'), null),
    reaches('another scheme is anonymous', get('/authenticated', ['Authorization', 'Basic YTpi']), null),
    reaches('a token in the query is anonymous', get(`/authenticated?access_token=${good}`), null),
    reaches('a valid token is let in', get('/authenticated', bearer(good))),
    reaches('a valid token meets a scope', get('/scope', bearer(good))),
    reaches('a valid token meets a role', get('/admin', bearer(good))),

    refuses(
      'an expired token is not anonymous',
      get('/authenticated', bearer(token({ exp: now - 60, iat: now - 120 }))),
      'token_expired',
    ),
    refuses('a forged token is not anonymous', get('/authenticated', bearer(forged())), 'token_invalid'),
    refuses(
      'an unsigned token is not anonymous',
      get('/authenticated', bearer(unsigned('none'))),
      'token_invalid',
    ),
    refuses('garbage is not anonymous', get('/authenticated', bearer('garbage')), 'token_invalid'),
    refuses(
      'a token for another audience is not anonymous',
      get('/authenticated', bearer(token({ aud: 'billing-api' }))),
      'audience_mismatch',
    ),
    refuses(
      'Bearer without a token is not anonymous',
      get('/authenticated', ['Authorization', 'Bearer']),
      'credentials_malformed',
    ),
    refuses(
      'two tokens are not anonymous',
      get('/authenticated', bearer(good), bearer(good)),
      'credentials_multiple',
    ),

    ...anonymousRefusals(),
    refuses(
      'a token without the scope is forbidden',
      get('/scope', bearer(token())),
      'scope_insufficient',
      'orders:read',
    ),
    refuses('a token without the role is forbidden', get('/admin', bearer(token())), 'role_insufficient'),
  ]
}

/** `authorize` asks whom it does not know for a token, and says which scopes it should have. */
function anonymousRefusals(): readonly ConformanceCase[] {
  const scopes: readonly (readonly [route: string, scope?: string])[] = [
    ['/scope', 'orders:read'],
    ['/scopes', 'orders:read orders:write'],
    ['/any-of', 'orders:write'],
    ['/all-of', 'orders:write'],
    ['/both', 'orders:read'],
    ['/admin'],
    ['/permission'],
    ['/not'],
  ]
  return scopes.map(([route, scope]) =>
    refuses(`${route} asks an anonymous request for a token`, get(route), 'credentials_missing', scope),
  )
}
