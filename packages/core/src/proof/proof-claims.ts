import type { CompactJws } from '../jose/compact.js'
import { parseStrictJson } from '../jose/strict-json.js'
import { AuthError } from '../outcome/auth-error.js'
import { targetUri } from './target-uri.js'
import { equalDigests, sha256 } from './thumbprint.js'

const MAXIMUM_ID_LENGTH = 256
/** Seconds by which the clocks of client and server may differ. */
export const CLOCK_TOLERANCE = 5

/** What a proof says of itself, once it was found to be made for this request. */
export interface ProofClaims {
  readonly id: string
  /** Seconds since the epoch, as the other dates. */
  readonly issuedAt: number
  readonly expiresAt: number | undefined
  readonly notBefore: number | undefined
  readonly nonce: string | undefined
}

/** What a proof must be made for. */
export interface ProvenRequest {
  readonly method: string
  /** As the client addressed it. */
  readonly url: string
  /** The access token that came with the proof; a proof for none has no digest of one. */
  readonly token: string | undefined
}

/**
 * Reads the claims of a proof whose signature holds (RFC 9449 section 4.2); a claim of the wrong type is never the
 * same as an absent one.
 *
 * @throws AuthError `dpop_proof_invalid`, and `credentials_malformed` where the request has no URL to compare with
 */
export function readProofClaims(jws: CompactJws, { method, url, token }: ProvenRequest): ProofClaims {
  const claims = parseStrictJson(jws.payload) ?? {}
  const own = (name: string) => (Object.hasOwn(claims, name) ? claims[name] : undefined)
  const target = targetUri(url)
  if (target === undefined) throw new AuthError('credentials_malformed')
  const [jti, htm, htu, ath, iat, exp, nbf, nonce] = NAMES.map(own)
  const sound =
    typeof jti === 'string' &&
    jti.length > 0 &&
    jti.length <= MAXIMUM_ID_LENGTH &&
    htm === method &&
    typeof htu === 'string' &&
    targetUri(htu) === target &&
    isDigestOf(token, ath) &&
    typeof iat === 'number' &&
    isOptional('number', exp) &&
    isOptional('number', nbf) &&
    isOptional('string', nonce)
  if (!sound) throw new AuthError('dpop_proof_invalid')
  return {
    id: jti,
    issuedAt: iat,
    expiresAt: exp as number | undefined,
    notBefore: nbf as number | undefined,
    nonce: nonce as string | undefined,
  }
}

const NAMES = ['jti', 'htm', 'htu', 'ath', 'iat', 'exp', 'nbf', 'nonce'] as const

function isDigestOf(token: string | undefined, ath: unknown): boolean {
  return token === undefined ? ath === undefined : typeof ath === 'string' && equalDigests(ath, sha256(token))
}

function isOptional(type: 'number' | 'string', value: unknown): boolean {
  return value === undefined || typeof value === type
}

/**
 * Whether a proof counts now. RFC 9449 gives it no `exp` and no `nbf`; a client that writes them means them. Each
 * comparison is written so that a clock that answers NaN refuses.
 *
 * @param maxProofAge seconds since `iat`
 */
export function isFresh(proof: ProofClaims, maxProofAge: number, now: number): boolean {
  const { issuedAt, expiresAt, notBefore } = proof
  return (
    now >= Math.max(issuedAt, notBefore ?? issuedAt) - CLOCK_TOLERANCE &&
    now <= issuedAt + maxProofAge + CLOCK_TOLERANCE &&
    (expiresAt === undefined || now < expiresAt + CLOCK_TOLERANCE)
  )
}

/** The second from which on a proof is refused by its age alone, so that its id may be forgotten. */
export function forgettableFrom({ issuedAt }: ProofClaims, maxProofAge: number): number {
  return issuedAt + maxProofAge + CLOCK_TOLERANCE + 1
}
