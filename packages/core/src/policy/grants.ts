import { Auth } from '../claims/verified-token.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import { ALLOWED, refusedWith, SCOPE_TOKEN, type Policy } from './policy.js'

/** The token must have been granted this one scope, compared whole and exactly. */
export function hasScope(scope: string): Policy {
  if (typeof scope !== 'string' || !SCOPE_TOKEN.test(scope)) {
    throw new ConfigurationError(
      'hasScope()',
      "expects one scope without spaces, such as 'orders:read'; combine several by allOf(...) or anyOf(...)",
    )
  }
  const refused = refusedWith('scope_insufficient')
  return Object.freeze({
    check: (auth: Auth<unknown>) => (Auth.granted(auth, 'scopes').has(scope) ? ALLOWED : refused),
    describe: () => `scope ${scope}`,
    scopes: Object.freeze([scope]),
  })
}

/** The token must have this one role, compared whole and exactly. */
export function hasRole(role: string): Policy {
  requireName('hasRole()', role, "'admin'")
  const refused = refusedWith('role_insufficient')
  return Object.freeze({
    check: (auth: Auth<unknown>) => (Auth.granted(auth, 'roles').has(role) ? ALLOWED : refused),
    describe: () => `role ${role}`,
  })
}

/** The token must have this one permission, compared whole and exactly. */
export function hasPermission(permission: string): Policy {
  requireName('hasPermission()', permission, "'orders:write'")
  const refused = refusedWith('permission_insufficient')
  return Object.freeze({
    check: (auth: Auth<unknown>) => (Auth.granted(auth, 'permissions').has(permission) ? ALLOWED : refused),
    describe: () => `permission ${permission}`,
  })
}

function requireName(factory: string, name: unknown, example: string): void {
  if (typeof name === 'string' && name.trim() !== '') return
  throw new ConfigurationError(
    factory,
    `expects one name, such as ${example}; combine several by allOf(...) or anyOf(...)`,
  )
}
