import { AuthError } from '../outcome/auth-error.js'
import { functionOf } from '../options/readers.js'
import type { AuthRequest } from './auth-request.js'
import type { CredentialSource } from './credential-source.js'

/**
 * A place of the user's own, such as a header that a gateway sets.
 *
 * The function answers with the token, or undefined where there is none. An AuthError that it throws is the
 * refusal; anything else that it throws or answers is `credentials_unavailable` (503), never a way in.
 */
export function custom(
  find: (request: AuthRequest) => string | undefined | Promise<string | undefined>,
): CredentialSource {
  const given = functionOf<(request: AuthRequest) => unknown>(
    'is given the request and answers the token or undefined',
  )(find, 'custom()')
  return {
    async find(request) {
      let token: unknown
      try {
        token = await given(request)
      } catch (cause) {
        throw cause instanceof AuthError ? cause : new AuthError('credentials_unavailable', { cause })
      }
      if (token === undefined || typeof token === 'string') return token
      throw new AuthError('credentials_unavailable')
    },
  }
}
