import type { AuthRequest } from '../credentials/auth-request.js'
import { findAlgorithm } from '../jose/algorithms.js'
import { createCompactParser, type CompactJws, type CompactParser } from '../jose/compact.js'
import type { JwsHeader } from '../jose/jws-header.js'
import { verifySignature } from '../jose/signature.js'
import { importJwk } from '../keys/import-jwk.js'
import type { VerificationKey } from '../keys/verification-key.js'
import { AuthError } from '../outcome/auth-error.js'
import { claimOnce } from '../state/claim-once.js'
import type { DpopSettings } from './dpop-options.js'
import { forgettableFrom, isFresh, readProofClaims } from './proof-claims.js'
import { equalDigests, jwkThumbprint } from './thumbprint.js'

const MAXIMUM_PROOF_LENGTH = 8192

interface ProofKey {
  readonly key: VerificationKey
  readonly thumbprint: string
}

/** What a proof must prove. */
export interface ProofSubject {
  readonly request: AuthRequest
  /** The request's URL as the client addressed it. */
  readonly url: string
  /** The access token that came with the proof, and the thumbprint of the key that it is bound to; none at a token endpoint. */
  readonly bound?: { readonly token: string; readonly thumbprint: string }
}

/**
 * Makes the check of DPoP proofs (RFC 9449 section 4.3): one proof, its type, algorithm, key and signature, method
 * and target of the request, digest of the token, age, nonce, and that it is sent for the first time.
 *
 * @returns a check that answers the thumbprint of the key
 */
export function createDpopCheck(
  settings: DpopSettings,
  clock: () => number,
): (subject: ProofSubject) => Promise<string> {
  const { algorithms, nonces, maxProofAge, replay } = settings
  const parser = createCompactParser(MAXIMUM_PROOF_LENGTH)
  // By the header object, which the parser hands out again for a client that has proven itself before.
  const knownKeys = new WeakMap<JwsHeader, ProofKey>()

  return async ({ request, url, bound }) => {
    const jws = parseProof(request, parser)
    const algorithm = algorithms.includes(jws.header.alg) ? findAlgorithm(jws.header.alg) : undefined
    if (algorithm === undefined || jws.header.typ !== 'dpop+jwt') throw invalid()
    const proofKey = knownKeys.get(jws.header) ?? readProofKey(jws.header)
    const holds = verifySignature(algorithm, proofKey.key, jws.signingInput, jws.signature)
    if (!(typeof holds === 'boolean' ? holds : await holds)) throw invalid()
    const { thumbprint } = proofKey
    if (bound !== undefined && !equalDigests(thumbprint, bound.thumbprint)) {
      throw new AuthError('proof_key_mismatch')
    }
    parser.rememberHeader(jws)
    knownKeys.set(jws.header, proofKey)

    const now = clock()
    const proof = readProofClaims(jws, { method: request.method, url, token: bound?.token })
    if (nonces !== undefined && !(proof.nonce !== undefined && nonces.accepts(proof.nonce, now))) {
      throw new AuthError('dpop_nonce_required', { nonce: nonces.current(now) })
    }
    if (!isFresh(proof, maxProofAge, now)) throw invalid()
    const first = await claimOnce(replay, 'dpop', [thumbprint, proof.id], forgettableFrom(proof, maxProofAge))
    if (!first) throw new AuthError('dpop_proof_replayed')
    return thumbprint
  }
}

function invalid(): AuthError {
  return new AuthError('dpop_proof_invalid')
}

function parseProof(request: AuthRequest, parser: CompactParser): CompactJws {
  const [proof, ...others] = request.header('dpop')
  if (proof === undefined || others.length > 0) throw invalid()
  try {
    return parser.parse(proof)
  } catch {
    throw invalid()
  }
}

function readProofKey({ jwk }: JwsHeader): ProofKey {
  try {
    return { key: importJwk(jwk), thumbprint: jwkThumbprint(jwk as Record<string, unknown>) }
  } catch {
    throw invalid()
  }
}
