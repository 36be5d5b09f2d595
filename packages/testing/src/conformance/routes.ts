import type { Requirement } from './policy-kit.js'

/** A route that every service mounts. It answers 200 with the JSON of {@link answer}. */
export interface ConformanceRoute {
  readonly method: 'GET' | 'POST' | 'OPTIONS'
  readonly path: string
  /** `public`: open to everybody, no token is looked at. `token`: whoever the service's `authenticate` lets pass. */
  readonly access: 'public' | 'token'
  /** What `authorize(...)` is given, in this order; empty: no `authorize` on this route. */
  readonly requires: readonly Requirement[]
}

const open = (path: string): ConformanceRoute => ({ method: 'GET', path, access: 'public', requires: [] })
const guarded = (path: string, ...requires: Requirement[]): ConformanceRoute => ({
  method: 'GET',
  path,
  access: 'token',
  requires,
})

/**
 * The routes, the same in every service:
 *
 * | method | path | access |
 * | --- | --- | --- |
 * | GET | `/public` | open |
 * | GET, POST, OPTIONS | `/authenticated` | authenticated |
 * | GET | `/mounted/authenticated` | authenticated; in a router that is mounted under `/mounted`, where there is such a thing |
 * | GET | `/scope` | `hasScope('orders:read')` |
 * | GET | `/scopes` | `allOf(hasScope('orders:read'), hasScope('orders:write'))` |
 * | GET | `/admin` | `hasRole('admin')` |
 * | GET | `/permission` | `hasPermission('orders:delete')` |
 * | GET | `/recent` | `authenticatedWithin(300)` |
 * | GET | `/strong` | `hasAcr('mfa')` |
 * | GET | `/any-of` | `anyOf(hasRole('admin'), hasScope('orders:write'))` |
 * | GET | `/all-of` | `allOf(hasRole('admin'), hasScope('orders:write'))` |
 * | GET | `/not` | `not(hasRole('suspended'))` |
 * | GET | `/both` | `hasRole('admin')` and `hasScope('orders:read')`, two requirements: two arguments of `authorize`, or class and handler |
 */
export const ROUTES: readonly ConformanceRoute[] = Object.freeze([
  open('/public'),
  guarded('/authenticated'),
  { ...guarded('/authenticated'), method: 'POST' },
  { ...guarded('/authenticated'), method: 'OPTIONS' },
  guarded('/mounted/authenticated'),
  guarded('/scope', { hasScope: 'orders:read' }),
  guarded('/scopes', { allOf: [{ hasScope: 'orders:read' }, { hasScope: 'orders:write' }] }),
  guarded('/admin', { hasRole: 'admin' }),
  guarded('/permission', { hasPermission: 'orders:delete' }),
  guarded('/recent', { authenticatedWithin: 300 }),
  guarded('/strong', { hasAcr: 'mfa' }),
  guarded('/any-of', { anyOf: [{ hasRole: 'admin' }, { hasScope: 'orders:write' }] }),
  guarded('/all-of', { allOf: [{ hasRole: 'admin' }, { hasScope: 'orders:write' }] }),
  guarded('/not', { not: { hasRole: 'suspended' } }),
  guarded('/both', { hasRole: 'admin' }, { hasScope: 'orders:read' }),
])

/**
 * What a route answers: its path and whom it was called by. Public routes and anonymous requests have no subject.
 *
 * @param auth what the handler finds where the adapter keeps its result
 */
export function answer(
  path: string,
  auth: { readonly subject: string | undefined } | undefined,
): { readonly route: string; readonly subject: string | null } {
  return { route: path, subject: auth?.subject ?? null }
}

/**
 * What an attacker would like to be found where the adapter keeps its result. Each service puts it there before
 * `authenticate` runs, as an earlier middleware or an assignment from a body would; nothing may believe it.
 */
export const INTRUDER = Object.freeze({
  subject: 'intruder',
  claims: Object.freeze({ sub: 'intruder', scope: 'orders:read orders:write', roles: ['admin'] }),
  scopes: Object.freeze(['orders:read', 'orders:write']),
  roles: Object.freeze(['admin']),
  permissions: Object.freeze(['orders:delete']),
})
