import type { Target } from '../source/wanted-token.js'

/** What the token is for, as it is asked for (RFC 6749 section 3.3, RFC 8693 section 2.1, RFC 8707 section 2). */
export function parametersOf({ audience, scope = [], resource }: Target): URLSearchParams {
  const parameters = new URLSearchParams()
  if (audience !== undefined) parameters.set('audience', audience)
  if (scope.length > 0) parameters.set('scope', scope.join(' '))
  for (const each of resource) parameters.append('resource', each)
  return parameters
}
