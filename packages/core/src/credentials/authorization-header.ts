import { AuthError } from '../outcome/auth-error.js'
import { bearer, type Credential } from './credential.js'
import type { CredentialSource } from './credential-source.js'

/** A character that continues the name of a scheme (RFC 9110 section 5.6.2). */
const TOKEN_CHARACTER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]/

/**
 * `Authorization: Bearer <token>` by RFC 6750 section 2.1, or `DPoP <token>` by RFC 9449 section 7.1: the scheme in
 * any case, one space, one token. Another scheme is no credential for us; two headers, even equal ones, are refused.
 */
export function authorizationHeader(): CredentialSource {
  return Object.freeze({
    find(request: Parameters<CredentialSource['find']>[0]): Credential | undefined {
      const values = request.header('authorization')
      const value = values[0]
      if (value === undefined) return undefined
      if (values.length > 1) throw new AuthError('credentials_multiple')
      const asBearer = tokenAfter('bearer', value)
      if (asBearer !== undefined) return bearer(asBearer)
      const token = tokenAfter('dpop', value)
      return token === undefined ? undefined : { token, scheme: 'DPoP', fromCookie: false }
    },
  })
}

function tokenAfter(scheme: string, value: string): string | undefined {
  if (value.slice(0, scheme.length).toLowerCase() !== scheme) return undefined
  const rest = value.slice(scheme.length)
  if (TOKEN_CHARACTER.test(rest)) return undefined
  // A space inside is a second token or a list; every other stray character fails in the token's own syntax.
  if (rest.length < 2 || rest.charCodeAt(0) !== 0x20 || rest.includes(' ', 1)) {
    throw new AuthError('credentials_malformed')
  }
  return rest.slice(1)
}
