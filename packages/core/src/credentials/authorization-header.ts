import { AuthError } from '../outcome/auth-error.js'
import type { CredentialSource } from './credential-source.js'

const SCHEME_LENGTH = 'bearer'.length
/** A character that continues the name of a scheme (RFC 9110 section 5.6.2). */
const TOKEN_CHARACTER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]/

/**
 * `Authorization: Bearer <token>` by RFC 6750 section 2.1: the scheme in any case, one space, one token. Another
 * scheme is no credential for us; two headers, even equal ones, are refused.
 */
export function authorizationHeader(): CredentialSource {
  return {
    find(request) {
      const values = request.header('authorization')
      const value = values[0]
      if (value === undefined) return undefined
      if (values.length > 1) throw new AuthError('credentials_multiple')
      if (value.slice(0, SCHEME_LENGTH).toLowerCase() !== 'bearer') return undefined
      const rest = value.slice(SCHEME_LENGTH)
      if (TOKEN_CHARACTER.test(rest)) return undefined
      // A space inside is a second token or a list; every other stray character fails in the token's own syntax.
      if (rest.length < 2 || rest.charCodeAt(0) !== 0x20 || rest.includes(' ', 1)) {
        throw new AuthError('credentials_malformed')
      }
      return rest.slice(1)
    },
  }
}
