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
const INVALID_PROOF = 'error="invalid_dpop_proof", error_description='

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
  token_revoked: seen(401, 'token_revoked', 'The access token was revoked', INVALID),
  token_replayed: seen(401, 'token_replayed', 'The access token was used before', INVALID),
  token_not_bound: seen(401, 'token_not_bound', 'The access token is not bound to a key', INVALID),
  proof_key_mismatch: seen(401, 'proof_key_mismatch', 'The access token is bound to another key', INVALID),
  certificate_mismatch: seen(
    401,
    'certificate_mismatch',
    'The access token is bound to another client certificate',
    INVALID,
  ),
  dpop_proof_invalid: seen(401, 'dpop_proof_invalid', 'The DPoP proof is missing or invalid', INVALID_PROOF),
  dpop_proof_replayed: seen(401, 'dpop_proof_replayed', 'The DPoP proof was used before', INVALID_PROOF),
  dpop_nonce_required: seen(
    401,
    'dpop_nonce_required',
    'The DPoP proof needs the nonce of this service',
    'error="use_dpop_nonce", error_description=',
  ),
  authentication_insufficient: seen(
    401,
    'authentication_insufficient',
    'A more recent or stronger authentication is required',
    'error="insufficient_user_authentication", error_description=',
  ),
  cross_site_request_refused: {
    ...seen(403, 'cross_site_request_refused', 'A request from another site must not use the cookie'),
    challenge: undefined,
  },
  state_unavailable: {
    ...seen(503, 'state_unavailable', 'The state to check the access token is not available'),
    challenge: undefined,
  },
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

/** What a refusal says beside its code. */
export interface RefusalParts {
  /** The scopes that would be sufficient. */
  readonly scope?: string | undefined
  /** The parameter that tells which authentication would be sufficient (RFC 9470). */
  readonly stepUp?: string
  /** How the token was presented, where there was one. */
  readonly scheme?: Scheme | undefined
}

export type Scheme = 'Bearer' | 'DPoP'

/** The schemes of those services that take others than bearer tokens. */
const SCHEMES: Partial<Readonly<Record<ServiceName, readonly Scheme[]>>> = {
  dpop: ['Bearer', 'DPoP'],
  dpopProxied: ['Bearer', 'DPoP'],
  dpopRequired: ['DPoP'],
  dpopNonce: ['DPoP'],
}

/** How a refusal looks in a service: `plain` answers without JSON, `cookie` names its realm. */
export function refusal(code: SeenCode, service: ServiceName, parts: RefusalParts = {}): Expectation {
  const { status, title, challenge }: SeenRefusal = REFUSALS[code]
  const { scope } = parts
  const problem = { type: 'about:blank', title, status, code, ...(scope === undefined ? {} : { scope }) }
  return {
    status: [status],
    headers: {
      'WWW-Authenticate': challenge === undefined ? null : challenges(challenge, service, parts),
      'Cache-Control': 'no-store',
      'Retry-After': status === 503 ? '5' : null,
      'DPoP-Nonce': code === 'dpop_nonce_required' ? /^[\x21\x23-\x5b\x5d-\x7e]{20,}$/ : null,
    },
    ...(service === 'plain' ? {} : { mediaType: 'application/problem+json', json: problem }),
    never: [],
  }
}

/** One challenge for each scheme, the error on the one that was used. */
function challenges(
  error: string,
  service: ServiceName,
  { scope, stepUp = '', scheme }: RefusalParts,
): string {
  const schemes = SCHEMES[service] ?? ['Bearer']
  const used = scheme !== undefined && schemes.includes(scheme) ? scheme : schemes[0]
  return schemes
    .map((each) => {
      const parameters = [
        service === 'cookie' ? `realm="${REALM}"` : '',
        each === used ? error : '',
        scope === undefined ? '' : `scope="${scope}"`,
        each === used ? stepUp : '',
        each === 'DPoP' ? 'algs="ES256 ES384 ES512 EdDSA Ed25519 PS256 RS256"' : '',
      ].filter((part) => part !== '')
      return parameters.length === 0 ? each : `${each} ${parameters.join(', ')}`
    })
    .join(', ')
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
