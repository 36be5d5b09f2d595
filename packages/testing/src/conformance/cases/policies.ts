import type { ConformanceCase } from '../conformance-case.js'
import type { SeenCode } from '../refusals.js'
import type { ConformanceTokens } from '../tokens.js'
import { bearer, casesOf, get } from './build.js'

const { reaches, refuses } = casesOf('resource')

type Claims = Readonly<Record<string, unknown>>

/** What may be done with a token that is believed: exact, whole names; RFC 6749 section 3.3, RFC 6750 section 3.1. */
export function policyCases(tokens: ConformanceTokens): readonly ConformanceCase[] {
  const { token, forged, now } = tokens
  const allowed = (route: string, claims: Claims) =>
    reaches(`${route} is open to ${shown(claims)}`, get(route, bearer(token(claims))))
  const forbidden = (route: string, claims: Claims, code: SeenCode, scope?: string) =>
    refuses(`${route} is closed to ${shown(claims)}`, get(route, bearer(token(claims))), code, scope)

  return [
    ...SCOPES_ALLOWED.map((scope) => allowed('/scope', { scope })),
    ...SCOPES_FORBIDDEN.map((scope) => forbidden('/scope', { scope }, 'scope_insufficient', 'orders:read')),
    forbidden('/scope', { scp: 'orders:read' }, 'scope_insufficient', 'orders:read'),
    allowed('/scopes', { scope: 'orders:read orders:write' }),
    forbidden('/scopes', { scope: 'orders:read' }, 'scope_insufficient', 'orders:read orders:write'),
    ...ROLES_ALLOWED.map((roles) => allowed('/admin', { roles })),
    ...ROLES_FORBIDDEN.map((roles) => forbidden('/admin', { roles }, 'role_insufficient')),
    forbidden('/admin', { realm_access: { roles: ['admin'] } }, 'role_insufficient'),
    forbidden('/admin', { scope: 'admin' }, 'role_insufficient'),
    allowed('/permission', { permissions: ['orders:delete'] }),
    forbidden('/permission', { permissions: ['orders:*'] }, 'permission_insufficient'),
    ...combinations(allowed, forbidden),

    refuses('a route with a scope asks for a token first', get('/scope'), 'credentials_missing'),
    refuses('a route with a role asks for a token first', get('/admin'), 'credentials_missing'),
    refuses(
      'an expired token is refused before its scopes are looked at',
      get('/scope', bearer(token({ exp: now - 60, iat: now - 120, scope: 'orders:read' }))),
      'token_expired',
    ),
    refuses(
      'a forged token is refused whatever it grants',
      get('/admin', bearer(forged({ roles: ['admin'] }))),
      'token_invalid',
    ),
    reaches('a public route looks at no token', get('/public', bearer(forged())), null),
    reaches('a public route does not know who calls', get('/public', bearer(token())), null),
    reaches('a public route needs no token', get('/public'), null),
  ]
}

const SCOPES_ALLOWED = ['orders:read', 'profile orders:read', ' orders:read  profile ', ['orders:read']]

const SCOPES_FORBIDDEN = [
  undefined,
  '',
  'orders',
  'orders:readx',
  'xorders:read',
  'ORDERS:READ',
  'orders:*',
  '*',
  'orders:read,orders:write',
  'orders:write\torders:read',
  'orders:write\u00a0orders:read',
  ['orders:read orders:write'],
  [['orders:read']],
  { 0: 'orders:read', length: 1 },
  17,
]

const ROLES_ALLOWED = [['admin'], ['user', 'admin'], 'admin']

const ROLES_FORBIDDEN = [
  undefined,
  [],
  ['user'],
  ['ADMIN'],
  ['administrator'],
  ['super admin'],
  ['*'],
  'administrator',
  'admin user',
  [['admin']],
  ['admin', 1],
  { admin: true },
  [{ name: 'admin' }],
  true,
]

function combinations(
  allowed: (route: string, claims: Claims) => ConformanceCase,
  forbidden: (route: string, claims: Claims, code: SeenCode, scope?: string) => ConformanceCase,
): readonly ConformanceCase[] {
  return [
    allowed('/any-of', { roles: ['admin'] }),
    allowed('/any-of', { scope: 'orders:write' }),
    forbidden('/any-of', { scope: 'orders:read' }, 'policy_refused'),
    allowed('/all-of', { roles: ['admin'], scope: 'orders:write' }),
    forbidden('/all-of', { roles: ['admin'] }, 'scope_insufficient', 'orders:write'),
    forbidden('/all-of', { scope: 'orders:write' }, 'role_insufficient'),
    forbidden('/all-of', {}, 'role_insufficient'),
    allowed('/not', { roles: ['user'] }),
    forbidden('/not', { roles: ['suspended'] }, 'policy_refused'),
    allowed('/both', { roles: ['admin'], scope: 'orders:read' }),
    forbidden('/both', { roles: ['admin'] }, 'scope_insufficient', 'orders:read'),
    forbidden('/both', { scope: 'orders:read' }, 'role_insufficient'),
    forbidden('/both', {}, 'role_insufficient'),
  ]
}

function shown(claims: Claims): string {
  const text = JSON.stringify(claims)
  return text === '{}' ? 'a token that grants nothing' : text
}
