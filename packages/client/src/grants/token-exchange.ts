import { TOKEN_EXCHANGE, type TokenRequest } from '../endpoint/token-request.js'
import type { Grant } from './grant.js'
import { parametersOf } from './parameters.js'

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

/** RFC 8693: a token about a user, to call on with, for the token that the user's request came with. */
export function tokenExchange(request: TokenRequest): Grant {
  return (wanted) => {
    const parameters = parametersOf(wanted)
    parameters.set('subject_token', wanted.subjectToken ?? '')
    parameters.set('subject_token_type', ACCESS_TOKEN)
    return request(TOKEN_EXCHANGE, parameters, wanted.scope)
  }
}
