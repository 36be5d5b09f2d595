import { describeFailure } from '../keys/remote/fetch-failure.js'
import type { AuthError, RefusalDetails } from './auth-error.js'
import type { RefusalCode } from './codes.js'
import { ConfigurationError } from './configuration-error.js'

/** What was wrong, and how to mend it. */
type Explanation = (details: RefusalDetails, cause: unknown) => string

const list = (values: readonly string[] | undefined) =>
  (values ?? []).map((value) => `'${value}'`).join(', ') || 'none'
const of = (issuer: string | undefined) => (issuer === undefined ? '' : ` of ${issuer}`)
const named = (issuer: string | undefined) => (issuer === undefined ? '' : ` ${issuer}`)
const because = (cause: unknown) => (cause === undefined ? '' : `. The reason: ${describeFailure(cause)}`)

const EXPLANATIONS: Readonly<Record<RefusalCode, Explanation>> = {
  credentials_missing: () =>
    'No access token was found. Send one as "Authorization: Bearer <token>", or name the place it is in by the credentials option.',
  credentials_malformed: () =>
    'The Authorization header is not "Bearer", one space and one token. Look for a second space, a list, or a missing token.',
  credentials_multiple: () =>
    'The request has more than one token: two Authorization headers, two cookies of one name, or a header and a cookie. Send one.',
  credentials_unavailable: () =>
    'The function given to custom() failed, or answered with something other than a token or undefined. See the cause.',

  token_malformed: () =>
    'The token is no signed JWT in compact form: three parts of canonical base64url, header and claims as JSON objects without duplicate members. An opaque token needs the introspection option, an encrypted one the decryption option.',
  token_too_long: ({ limit }) =>
    `The token is longer than ${limit ?? 'the limit in'} characters. Leave claims out of it, or raise maxTokenLength.`,
  token_type_not_allowed: ({ expected }) =>
    `The typ header of the token is not among ${list(expected)}. An ID token, a logout token or a proof is no access token; if access tokens of this issuer have no typ, use profile 'jwt'.`,
  critical_header_unsupported: () =>
    'The header has crit or b64, which demand extensions that are not supported. The issuer must leave them out.',
  algorithm_not_allowed: ({ expected, issuer }) =>
    `The algorithm in the header is not among those that the key${of(issuer)} and the algorithms option allow: ${list(expected)}.`,
  key_unknown: ({ keyId, knownKeyIds, issuer }) =>
    `No key${of(issuer)} fits the token, which ${keyId === undefined ? 'names no key id' : `names the key id '${keyId}'`}; known are ${list(knownKeyIds)}. Either the token is of another issuer or environment, or its key is not published (yet).`,
  issuer_not_trusted: () =>
    'The iss claim of the token is none of the configured issuers, compared to the letter, trailing slash included.',
  signature_invalid: ({ keyId, issuer }) =>
    `The signature does not fit the key${keyId === undefined ? '' : ` '${keyId}'`}${of(issuer)}. The token was changed, or was signed by another key under the same id, or the secret differs.`,

  encryption_required: () =>
    'The token is not encrypted, and the decryption option demands it. Set required: false there to admit both.',
  decryption_failed: () =>
    'The token is encrypted, and no key given by the decryption option opens it: compare algorithm and key id, and that it is encrypted with A256GCM or A128CBC-HS256, without compression.',

  claim_missing: ({ claim, issuer }) =>
    `The token has no ${claim ?? 'required'} claim. Have the issuer${of(issuer)} add it, or drop the requirement from profile, requiredClaims or maxTokenAge.`,
  claim_invalid: ({ claim, expected }) =>
    `${claim === undefined ? 'A claim' : `The claim ${claim}`} has the wrong type or value${expected === undefined ? '' : `; expected is one of ${list(expected)}`}. Have the issuer write it right, or look at expectedClaims.`,
  claims_refused: ({ paths }) =>
    `The schema refused the claims at ${list(paths)}. Have the issuer write them as the schema option demands, or change the schema.`,
  issuer_mismatch: ({ expected }) =>
    `The iss claim differs from the configured issuer ${list(expected)}, compared to the letter, trailing slash included.`,
  audience_mismatch: ({ expected }) =>
    `The aud claim names none of ${list(expected)}. The token was made for another service, or the audience option is not what the issuer writes.`,
  token_expired: ({ seconds }) =>
    `The token expired ${round(seconds)} s ago. Get a new one; if it is new, compare the clocks.`,
  token_not_yet_valid: ({ claim, seconds }) =>
    `The ${claim ?? 'nbf'} claim lies ${round(seconds)} s in the future. Compare the clocks, or raise clockTolerance (at most 300 s).`,
  token_too_old: ({ limit }) =>
    `The token was issued more than ${limit ?? 'the allowed number of'} s ago (maxTokenAge). Get a new one.`,
  token_inactive: ({ issuer }) =>
    `The issuer${named(issuer)} says that the token is not active: expired, revoked or unknown to it.`,
  token_revoked: ({ issuer }) =>
    `The token${of(issuer)} was revoked, by itself or with its subject, session, key or issuer.`,
  token_replayed: () =>
    'The token is for one use (replay option) and was used before. Get a new one for each request; a retry needs a new one too.',
  certificate_mismatch: () =>
    'The token is bound to a client certificate (x5t#S256), and the connection has none or another one. Behind a proxy, name the header that it sets by mutualTls.certificate.',
  proof_key_mismatch: () =>
    'The DPoP proof was made with another key than the one that the token is bound to (cnf.jkt). Use the key that the token was requested with.',
  token_not_bound: () =>
    'The token was sent with the DPoP scheme and is not bound to a key (no cnf.jkt). Request it with a DPoP proof, or send it as a bearer token where those are accepted.',
  dpop_proof_invalid: () =>
    'There must be one DPoP header with one proof: typ dpop+jwt, an allowed algorithm, the public key, htm and htu as the client addressed this service, ath of this token, a fresh iat, a jti. Behind a proxy, set publicOrigin; otherwise compare the clocks.',
  dpop_proof_replayed: () =>
    'The same DPoP proof came twice. A client makes a new proof for each request, retries included.',
  dpop_nonce_required: () =>
    'The proof holds no nonce of this service, or an old one. The response has a new one in DPoP-Nonce; the client repeats the request with it.',
  authentication_insufficient: ({ required }) =>
    `The person must authenticate again: the route requires ${required ?? 'more'} (auth_time, acr).`,
  proof_required: () =>
    'The token is bound to a key (cnf) and was sent without the proof that the sender has it. It is never taken as a bearer token; have the service check proofs by dpop or mutualTls.',

  scope_insufficient: ({ required }) => `The token lacks a scope: the route requires ${required ?? 'more'}.`,
  role_insufficient: ({ required }) =>
    `The token lacks a role: the route requires ${required ?? 'more'}. If the issuer keeps roles elsewhere, say where by claimPaths.roles.`,
  permission_insufficient: ({ required }) =>
    `The token lacks a permission: the route requires ${required ?? 'more'}. If the issuer keeps permissions elsewhere, say where by claimPaths.permissions.`,
  cross_site_request_refused: () =>
    'The token came in a cookie with an unsafe method, and neither Sec-Fetch-Site nor Origin says that a page of ours sent it. Name other origins of the system by csrf.origins.',
  policy_refused: ({ required }) => `The policy of the route does not hold: ${required ?? 'it refused'}.`,

  issuers_unavailable: () =>
    'The resolveIssuer function failed. See the cause; the caller was asked to try again later.',
  state_unavailable: () =>
    'The store of revocations or of used tokens failed or is full. See the cause; the caller was asked to try again later.',
  introspection_unavailable: ({ issuer }, cause) =>
    `The issuer${named(issuer)} could not say whether the token is active; the caller was asked to try again later${because(cause)}.`,
  keys_unavailable: ({ issuer }, cause) =>
    `The keys${of(issuer)} could not be had, and none are at hand; the caller was asked to try again later${because(cause)}.`,
}

const round = (seconds = 0) =>
  Number.isNaN(seconds) ? 'an unknown number of' : Math.max(1, Math.round(seconds))

/**
 * Tells a developer what was wrong and how to mend it: which audience was expected, how long ago the token expired,
 * which key ids are known. For logs and development, never for a response: it names the configuration. It holds no
 * token and no claim value.
 *
 * @param error what a verifier, an authenticator or an adapter threw
 * @returns one or two sentences; for an error that is not ours, that it is not
 */
export function explain(error: unknown): string {
  if (isAuthError(error))
    return `${error.code}: ${EXPLANATIONS[error.code](error.details ?? {}, error.cause)}`
  if (error instanceof ConfigurationError) return `${error.code}: ${error.message}`
  return 'This is no refusal of Portcullis; look at the error itself.'
}

/** By its shape, so that an error of a second copy of this package is explained as well. */
function isAuthError(error: unknown): error is Partial<AuthError> & Pick<AuthError, 'code'> {
  return (
    error instanceof Error &&
    error.name === 'AuthError' &&
    'code' in error &&
    typeof error.code === 'string' &&
    Object.hasOwn(EXPLANATIONS, error.code)
  )
}
