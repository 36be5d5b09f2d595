import { OAuthError } from './oauth-error.js'

const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/
const MOST = 100

/**
 * The scopes that are granted: those asked for, if all of them may be had, or all that may be had (RFC 6749 section
 * 3.3).
 *
 * @throws OAuthError `invalid_scope`; a request for too much is refused, and not silently reduced
 */
export function grantedScope(requested: string | undefined, allowed: readonly string[]): readonly string[] {
  if (requested === undefined) return allowed
  const scopes = SCOPE.test(requested) ? requested.split(' ', MOST + 1) : []
  if (scopes.length === 0 || scopes.length > MOST || !scopes.every((scope) => allowed.includes(scope))) {
    throw new OAuthError('invalid_scope')
  }
  return [...new Set(scopes)]
}

/** What both lists have. */
export function commonScope(one: readonly string[], other: readonly string[] = one): readonly string[] {
  return one.filter((scope) => other.includes(scope))
}
