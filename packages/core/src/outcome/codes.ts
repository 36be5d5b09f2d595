/** What is told of a refusal: status, RFC 6750 error, and a constant text that is safe in a quoted string. */
export interface Refusal {
  /** HTTP status: 400 malformed request, 401 no or bad token, 403 not allowed, 503 keys or state cannot be had. */
  readonly status: 400 | 401 | 403 | 503
  /** The `error` of the challenge (RFC 6750 section 3.1, RFC 9449, RFC 9470); none for a request without credentials, and for 503. */
  readonly error?:
    | 'invalid_request'
    | 'invalid_token'
    | 'insufficient_scope'
    | 'insufficient_user_authentication'
    | 'invalid_dpop_proof'
    | 'use_dpop_nonce'
  /** A constant sentence without quotes, for `error_description`, `title` and `message`. */
  readonly description: string
  /**
   * The code that the caller is told, where it differs: whatever is wrong before a signature is proven looks the
   * same from outside, so that nobody learns from the answer which keys and algorithms are in use.
   */
  readonly publicCode?: string
}

const unproven = {
  status: 401,
  error: 'invalid_token',
  description: 'The access token is invalid',
  publicCode: 'token_invalid',
} as const

const rejected = (description: string) => ({ status: 401, error: 'invalid_token', description }) as const
const forbidden = (description: string) =>
  ({ status: 403, error: 'insufficient_scope', description }) as const
const unavailable = (description: string) => ({ status: 503, description }) as const
const invalidProof = (description: string) =>
  ({ status: 401, error: 'invalid_dpop_proof', description }) as const
const malformed = (description: string) => ({ status: 400, error: 'invalid_request', description }) as const

/** The closed list of reasons to refuse a request. */
export const REFUSALS = {
  credentials_missing: { status: 401, description: 'An access token is required' },
  credentials_malformed: malformed('The request has a malformed access token'),
  credentials_multiple: malformed('The request has more than one access token'),

  token_malformed: unproven,
  token_too_long: unproven,
  token_type_not_allowed: unproven,
  critical_header_unsupported: unproven,
  algorithm_not_allowed: unproven,
  key_unknown: unproven,
  issuer_not_trusted: unproven,
  signature_invalid: unproven,
  encryption_required: unproven,
  decryption_failed: unproven,

  claim_missing: rejected('The access token lacks a required claim'),
  claim_invalid: rejected('The access token has a claim of the wrong type or value'),
  claims_refused: rejected('The claims of the access token do not have the required form'),
  issuer_mismatch: rejected('The access token is from another issuer'),
  audience_mismatch: rejected('The access token is for another audience'),
  token_expired: rejected('The access token has expired'),
  token_not_yet_valid: rejected('The access token is not valid yet'),
  token_too_old: rejected('The access token is too old'),
  token_inactive: unproven,
  token_revoked: rejected('The access token was revoked'),
  token_replayed: rejected('The access token was used before'),
  certificate_mismatch: rejected('The access token is bound to another client certificate'),
  proof_key_mismatch: rejected('The access token is bound to another key'),
  token_not_bound: rejected('The access token is not bound to a key'),
  dpop_proof_invalid: invalidProof('The DPoP proof is missing or invalid'),
  dpop_proof_replayed: invalidProof('The DPoP proof was used before'),
  dpop_nonce_required: {
    status: 401,
    error: 'use_dpop_nonce',
    description: 'The DPoP proof needs the nonce of this service',
  },
  authentication_insufficient: {
    status: 401,
    error: 'insufficient_user_authentication',
    description: 'A more recent or stronger authentication is required',
  },
  proof_required: rejected('The access token is bound to a key and needs its proof'),

  scope_insufficient: forbidden('The access token lacks a required scope'),
  role_insufficient: forbidden('A required role is missing'),
  permission_insufficient: forbidden('A required permission is missing'),
  policy_refused: forbidden('The access token does not allow this'),
  cross_site_request_refused: {
    status: 403,
    description: 'A request from another site must not use the cookie',
  },

  issuers_unavailable: unavailable('Whether the issuer is trusted cannot be known now'),
  state_unavailable: unavailable('The state to check the access token is not available'),
  introspection_unavailable: unavailable('Whether the access token is active cannot be known now'),
  keys_unavailable: unavailable('The keys to check the access token are not available'),
  credentials_unavailable: unavailable('The credentials of the request could not be read'),
} as const satisfies Record<string, Refusal>

// An entry without `error` or `publicCode` must not inherit one.
for (const refusal of Object.values(REFUSALS)) Object.setPrototypeOf(refusal, null)

/** Why a request was refused. The list is closed: a new reason is a new code and a new minor version. */
export type RefusalCode = keyof typeof REFUSALS
