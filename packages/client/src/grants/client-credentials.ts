import type { TokenRequest } from '../endpoint/token-request.js'
import type { Grant } from './grant.js'
import { parametersOf } from './parameters.js'

/** RFC 6749 section 4.4: a token about the service itself. */
export function clientCredentials(request: TokenRequest): Grant {
  return (wanted) => request('client_credentials', parametersOf(wanted), wanted.scope)
}
