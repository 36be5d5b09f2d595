import { functionOf } from '../options/readers.js'
import type { AuthRequest } from './auth-request.js'
import type { CredentialSource } from './credential-source.js'

/**
 * A place of the user's own, such as a header that a gateway sets.
 *
 * The function answers with the token, or undefined where there is none. An AuthError that it throws is the
 * refusal; anything else that it throws or answers is `credentials_unavailable` (503), never a way in.
 *
 * @throws ConfigurationError when it is no function
 */
export function custom(
  find: (request: AuthRequest) => string | undefined | Promise<string | undefined>,
): CredentialSource {
  return Object.freeze({
    find: functionOf<typeof find>('is given the request and answers the token or undefined')(
      find,
      'custom()',
    ),
  })
}
