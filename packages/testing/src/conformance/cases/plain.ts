import type { ConformanceCase } from '../conformance-case.js'
import type { ConformanceTokens } from '../tokens.js'
import { bearer, casesOf, get, request } from './build.js'

const { reaches, refuses } = casesOf('plain')

/** The framework's own error handler, with no handler of ours: the same status and the same challenge. */
export function plainCases({ token, forged, now }: ConformanceTokens): readonly ConformanceCase[] {
  const good = token()
  const expired = token({ exp: now - 60, iat: now - 120 })
  return [
    reaches('a valid token is let in', get('/authenticated', bearer(good))),
    refuses('no token', get('/authenticated'), 'credentials_missing'),
    refuses('an expired token', get('/authenticated', bearer(expired)), 'token_expired'),
    refuses('a forged token', get('/authenticated', bearer(forged())), 'token_invalid'),
    refuses('two tokens', get('/authenticated', bearer(good), bearer(good)), 'credentials_multiple'),
    refuses(
      'a malformed header',
      get('/authenticated', ['Authorization', 'Bearer']),
      'credentials_malformed',
    ),
    refuses('a missing scope', get('/scope', bearer(good)), 'scope_insufficient', 'orders:read'),
    refuses('a missing role', get('/admin', bearer(good)), 'role_insufficient'),
    refuses('no token for HEAD', request('HEAD', '/authenticated'), 'credentials_missing'),
  ]
}
