import type { AuthRequest } from './auth-request.js'
import type { Credential } from './credential.js'

/** One place of a request in which a token may be. */
export interface CredentialSource {
  /**
   * The token, or undefined where this place holds none; a plain string is a bearer token. It need not check the
   * token.
   *
   * @throws AuthError `credentials_malformed` or `credentials_multiple`
   */
  find(request: AuthRequest): string | Credential | undefined | Promise<string | Credential | undefined>
}
