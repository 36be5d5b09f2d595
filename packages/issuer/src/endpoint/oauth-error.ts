import { uncachedJson } from '../http/json-response.js'

/** The registered error codes that the endpoints answer with (RFC 6749 section 5.2, RFC 7009, RFC 8707, RFC 9449). */
const ERRORS = {
  invalid_request: { status: 400, description: 'The request is malformed' },
  invalid_client: { status: 401, description: 'The client is unknown or did not prove itself' },
  invalid_grant: { status: 400, description: 'The grant is not valid' },
  unauthorized_client: { status: 400, description: 'The client may not use this grant type' },
  unsupported_grant_type: { status: 400, description: 'The grant type is not supported' },
  invalid_scope: { status: 400, description: 'The scope is malformed or more than may be granted' },
  invalid_target: { status: 400, description: 'The audience is missing, unknown or not allowed' },
  invalid_dpop_proof: { status: 400, description: 'The DPoP proof is missing or invalid' },
  use_dpop_nonce: { status: 400, description: 'The DPoP proof needs the nonce of this service' },
  unsupported_token_type: { status: 400, description: 'Tokens of this type cannot be revoked here' },
  temporarily_unavailable: { status: 503, description: 'The issuer cannot answer now' },
} as const

export type OAuthErrorCode = keyof typeof ERRORS

/** A refusal as it is answered. Constant texts: nothing of the request comes back. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly code: OAuthErrorCode
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: OAuthErrorCode,
    parts: {
      readonly description?: string
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>>
    } = {},
  ) {
    super(parts.description ?? ERRORS[code].description)
    this.code = code
    this.status = parts.status ?? ERRORS[code].status
    this.headers = parts.headers ?? {}
  }

  toResponse(): Response {
    const retry: Record<string, string> = this.status === 503 ? { 'Retry-After': '5' } : {}
    const body = { error: this.code, error_description: this.message }
    return uncachedJson(body, this.status, { ...retry, ...this.headers })
  }
}
