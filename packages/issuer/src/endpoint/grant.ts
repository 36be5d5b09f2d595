import type { AuthenticatedClient } from '../clients/authenticate-client.js'
import type { Form } from '../http/form.js'
import type { SignedToken } from '../signing/access-token-request.js'

/** What a grant answers with; how it looks as JSON is for the endpoint. */
export interface GrantedToken {
  readonly signed: SignedToken
  readonly scope: readonly string[]
  readonly subject: string
  /** The `sid` of the token, where it has one. */
  readonly sessionId?: string | undefined
  readonly refreshToken?: string
  /** RFC 8693 section 2.2.1. */
  readonly issuedTokenType?: string
}

/**
 * One grant type of the token endpoint; the client is authenticated and may use it.
 *
 * @param keyThumbprint of the key that the request brought a proof of, to bind to
 * @throws OAuthError
 */
export type Grant = (
  authenticated: AuthenticatedClient,
  form: Form,
  keyThumbprint: string | undefined,
) => Promise<GrantedToken>
