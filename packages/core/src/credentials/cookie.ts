import { AuthError } from '../outcome/auth-error.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import type { AuthRequest } from './auth-request.js'
import type { Credential } from './credential.js'
import type { CredentialSource } from './credential-source.js'

/** RFC 6265 section 4.1.1. */
const COOKIE_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/

/**
 * A cookie by its exact name; the value is taken as it is, without decoding. Two cookies of that name, such as a
 * sibling host can plant, are refused.
 *
 * The browser sends a cookie by itself, whichever site asked for the request: unsafe methods must come from a page of
 * ours (see `csrf`).
 *
 * @param name default `__Host-access_token`: with that prefix no sibling host can set the cookie (RFC 6265bis)
 * @throws ConfigurationError when no cookie can have that name
 */
export function cookie(name = '__Host-access_token'): CredentialSource {
  if (typeof name !== 'string' || !COOKIE_NAME.test(name)) {
    throw new ConfigurationError('cookie()', "expects the name of a cookie, such as '__Host-access'")
  }
  return Object.freeze({
    find(request: AuthRequest): Credential | undefined {
      let found: string | undefined
      for (const header of request.header('cookie')) {
        for (const pair of header.split(';')) {
          const equals = pair.indexOf('=')
          if (equals < 0 || pair.slice(0, equals).trim() !== name) continue
          if (found !== undefined) throw new AuthError('credentials_multiple')
          found = pair.slice(equals + 1).trim()
        }
      }
      return found === undefined ? undefined : { token: found, scheme: 'Bearer', fromCookie: true }
    },
  })
}
