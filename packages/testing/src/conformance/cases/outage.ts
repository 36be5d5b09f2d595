import type { ConformanceCase } from '../conformance-case.js'
import type { ConformanceTokens } from '../tokens.js'
import { bearer, casesOf, get, request } from './build.js'

const { reaches, refuses } = casesOf('outage')

/** Keys that cannot be had are nobody's fault but the service's, and let nobody in. */
export function outageCases({ token, forged }: ConformanceTokens): readonly ConformanceCase[] {
  return [
    refuses('a valid token', get('/authenticated', bearer(token())), 'keys_unavailable'),
    refuses('a forged token', get('/authenticated', bearer(forged())), 'keys_unavailable'),
    refuses(
      'a valid token for a role',
      get('/admin', bearer(token({ roles: ['admin'] }))),
      'keys_unavailable',
    ),
    refuses('a valid token for HEAD', request('HEAD', '/authenticated', bearer(token())), 'keys_unavailable'),
    refuses('garbage needs no key to be refused', get('/authenticated', bearer('garbage')), 'token_invalid'),
    refuses('no token needs no key to be refused', get('/authenticated'), 'credentials_missing'),
    reaches('a public route stays open', get('/public'), null),
  ]
}
