import type { Expectation } from './conformance-case.js'
import { REALM, type ServiceName } from './services.js'

/** A refusal as callers see it, written out so that the table is an oracle of its own. */
interface SeenRefusal {
  readonly status: number
  /** The parameters of the challenge; undefined where there is no challenge. */
  readonly challenge: string | undefined
  readonly title: string
  readonly code: string
}

const INVALID = 'error="invalid_token", error_description='
const FORBIDDEN = 'error="insufficient_scope", error_description='
const MALFORMED = 'error="invalid_request", error_description='

function seen(status: number, code: string, title: string, error?: string): SeenRefusal {
  return { status, code, title, challenge: error === undefined ? '' : `${error}"${title}"` }
}

/** Every refusal that the table expects, by the code in the body. */
const REFUSALS = {
  credentials_missing: seen(401, 'credentials_missing', 'An access token is required'),
  credentials_malformed: seen(
    400,
    'credentials_malformed',
    'The request has a malformed access token',
    MALFORMED,
  ),
  credentials_multiple: seen(
    400,
    'credentials_multiple',
    'The request has more than one access token',
    MALFORMED,
  ),
  token_invalid: seen(401, 'token_invalid', 'The access token is invalid', INVALID),
  token_expired: seen(401, 'token_expired', 'The access token has expired', INVALID),
  token_not_yet_valid: seen(401, 'token_not_yet_valid', 'The access token is not valid yet', INVALID),
  issuer_mismatch: seen(401, 'issuer_mismatch', 'The access token is from another issuer', INVALID),
  audience_mismatch: seen(401, 'audience_mismatch', 'The access token is for another audience', INVALID),
  claim_missing: seen(401, 'claim_missing', 'The access token lacks a required claim', INVALID),
  claim_invalid: seen(
    401,
    'claim_invalid',
    'The access token has a claim of the wrong type or value',
    INVALID,
  ),
  proof_required: seen(
    401,
    'proof_required',
    'The access token is bound to a key and needs its proof',
    INVALID,
  ),
  scope_insufficient: seen(403, 'scope_insufficient', 'The access token lacks a required scope', FORBIDDEN),
  role_insufficient: seen(403, 'role_insufficient', 'A required role is missing', FORBIDDEN),
  permission_insufficient: seen(
    403,
    'permission_insufficient',
    'A required permission is missing',
    FORBIDDEN,
  ),
  policy_refused: seen(403, 'policy_refused', 'The access token does not allow this', FORBIDDEN),
  keys_unavailable: {
    ...seen(503, 'keys_unavailable', 'The keys to check the access token are not available'),
    challenge: undefined,
  },
  credentials_unavailable: {
    ...seen(503, 'credentials_unavailable', 'The credentials of the request could not be read'),
    challenge: undefined,
  },
} as const satisfies Record<string, SeenRefusal>

export type SeenCode = keyof typeof REFUSALS

/** How a refusal looks in a service: `plain` answers without JSON, `cookie` names its realm. */
export function refusal(code: SeenCode, service: ServiceName, scope?: string): Expectation {
  const { status, title, challenge }: SeenRefusal = REFUSALS[code]
  const problem = { type: 'about:blank', title, status, code, ...(scope === undefined ? {} : { scope }) }
  return {
    status: [status],
    headers: {
      'WWW-Authenticate': challenge === undefined ? null : bearer(challenge, service, scope),
      'Cache-Control': 'no-store',
      'Retry-After': status === 503 ? '5' : null,
    },
    ...(service === 'plain' ? {} : { mediaType: 'application/problem+json', json: problem }),
    never: [],
  }
}

function bearer(parameters: string, service: ServiceName, scope: string | undefined): string {
  const parts = [
    service === 'cookie' ? `realm="${REALM}"` : '',
    parameters,
    scope === undefined ? '' : `scope="${scope}"`,
  ].filter((part) => part !== '')
  return parts.length === 0 ? 'Bearer' : `Bearer ${parts.join(', ')}`
}

/** A route was reached and knows who called: the subject of the token, or null for nobody. */
export function reached(route: string, subject: string | null): Expectation {
  return {
    status: [200],
    headers: { 'WWW-Authenticate': null },
    mediaType: 'application/json',
    json: { route, subject },
    never: [],
  }
}
