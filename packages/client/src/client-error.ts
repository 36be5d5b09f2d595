/** What can go wrong while a token is got or used, each with the constant sentence that is its message. */
export const FAILURES = {
  metadata_unavailable: { status: 503, message: 'The metadata of the issuer cannot be had' },
  metadata_invalid: { status: 500, message: 'The metadata of the issuer are not as RFC 8414 says' },
  token_endpoint_unavailable: { status: 503, message: 'The token endpoint does not answer as it should' },
  token_response_invalid: {
    status: 503,
    message: 'The answer of the token endpoint is not as RFC 6749 says',
  },
  token_refused: { status: 500, message: 'The issuer refused the token' },
  scope_reduced: { status: 500, message: 'The issuer gave less scope than was asked for' },
  signing_failed: { status: 500, message: 'The signer made no token' },
  exchange_unsupported: { status: 500, message: 'This source cannot act on behalf of a user' },
  subject_token_invalid: { status: 500, message: 'The token of the user is no bearer token' },
  refresh_token_unavailable: { status: 503, message: 'There is no refresh token, or it could not be read' },
  refresh_token_not_saved: { status: 503, message: 'The new refresh token could not be saved' },
  too_many_requests: { status: 503, message: 'Too many different tokens are asked for at once' },
  clock_invalid: { status: 500, message: 'The clock does not answer with seconds' },
  request_invalid: { status: 500, message: 'The request cannot carry a token' },
  origin_not_allowed: { status: 500, message: 'The token is not for this origin' },
  redirect_refused: { status: 500, message: 'The redirect is not followed' },
} as const

/** Why a token could not be got or used. The list is closed. */
export type ClientErrorCode = keyof typeof FAILURES

/** What an error may tell beside its code; nothing of a token, a secret or a body. */
export interface ClientErrorParts {
  /** Configured names and numbers. */
  readonly detail?: string
  /** The `error` of the issuer, where it is a registered one. */
  readonly oauthError?: string | undefined
  /** Seconds. */
  readonly retryAfter?: number | undefined
}

/**
 * No token, or no request with one. Its message is made of constants and configured names: no token, secret, claim
 * value or text of the issuer is in it, and it has no `cause` that could hold one.
 */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  readonly code: ClientErrorCode
  /** What a service may answer its own caller: 503 for an outage, 500 for what only a developer can mend. */
  readonly status: 500 | 503
  /** The registered error code that the issuer refused with, such as `invalid_client` (RFC 6749 section 5.2). */
  readonly oauthError: string | undefined
  /** Seconds until another attempt makes sense. */
  readonly retryAfter: number | undefined

  constructor(code: ClientErrorCode, { detail, oauthError, retryAfter }: ClientErrorParts = {}) {
    const { status, message } = FAILURES[code]
    super(detail === undefined ? message : `${message}: ${detail}`)
    this.code = code
    this.status = status
    this.oauthError = oauthError
    this.retryAfter = retryAfter
  }
}
