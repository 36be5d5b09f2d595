import type { AuthRequest } from '../credentials/auth-request.js'
import { findAlgorithm } from '../jose/algorithms.js'
import { createCompactParser, type CompactJws, type CompactParser } from '../jose/compact.js'
import type { JwsHeader } from '../jose/jws-header.js'
import { verifySignature } from '../jose/signature.js'
import { parseStrictJson } from '../jose/strict-json.js'
import { importJwk } from '../keys/import-jwk.js'
import type { VerificationKey } from '../keys/verification-key.js'
import { AuthError } from '../outcome/auth-error.js'
import { claimOnce } from '../state/claim-once.js'
import type { DpopSettings } from './dpop-options.js'
import { targetUri } from './target-uri.js'
import { equalDigests, jwkThumbprint, sha256 } from './thumbprint.js'

const MAXIMUM_PROOF_LENGTH = 8192
const MAXIMUM_ID_LENGTH = 256
/** Seconds by which the clocks of client and server may differ. */
const CLOCK_TOLERANCE = 5

interface ProofKey {
  readonly key: VerificationKey
  readonly thumbprint: string
}

/** What a proof must prove. */
export interface ProofSubject {
  readonly request: AuthRequest
  /** The request's URL as the client addressed it. */
  readonly url: string
  /** The access token that came with the proof. */
  readonly token: string
  /** The thumbprint of the key that the token is bound to. */
  readonly thumbprint: string
}

/**
 * Makes the check of DPoP proofs (RFC 9449 section 4.3): one proof, its type, algorithm, key and signature, method
 * and target of the request, digest of the token, age, nonce, and that it is sent for the first time.
 */
export function createDpopCheck(
  settings: DpopSettings,
  clock: () => number,
): (subject: ProofSubject) => Promise<void> {
  const parser = createCompactParser(MAXIMUM_PROOF_LENGTH)
  // By the header object, which the parser hands out again for a client that has proven itself before.
  const knownKeys = new WeakMap<JwsHeader, ProofKey>()

  return async ({ request, url, token, thumbprint }) => {
    const jws = parseProof(request, parser)
    const algorithm = settings.algorithms.includes(jws.header.alg) ? findAlgorithm(jws.header.alg) : undefined
    if (algorithm === undefined || jws.header.typ !== 'dpop+jwt') throw invalid()
    const proofKey = knownKeys.get(jws.header) ?? readProofKey(jws.header)
    if (!proofKey.key.algorithms.includes(algorithm.name)) throw invalid()
    const holds = verifySignature(algorithm, proofKey.key, jws.signingInput, jws.signature)
    if (!(typeof holds === 'boolean' ? holds : await holds)) throw invalid()
    parser.rememberHeader(jws)
    knownKeys.set(jws.header, proofKey)
    if (!equalDigests(proofKey.thumbprint, thumbprint)) throw new AuthError('proof_key_mismatch')

    const now = clock()
    const { id, issuedAt, nonce } = readProofClaims(jws, { method: request.method, url, token })
    const { nonces, maxProofAge } = settings
    if (nonces !== undefined && !(nonce !== undefined && nonces.accepts(nonce, now))) {
      throw new AuthError('dpop_nonce_required', { nonce: nonces.current(now) })
    }
    if (!(now >= issuedAt - CLOCK_TOLERANCE && now <= issuedAt + maxProofAge + CLOCK_TOLERANCE))
      throw invalid()
    const expiresAt = issuedAt + maxProofAge + CLOCK_TOLERANCE + 1
    if (!(await claimOnce(settings.replay, 'dpop', [thumbprint, id], expiresAt)))
      throw new AuthError('dpop_proof_replayed')
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

function readProofClaims(jws: CompactJws, expected: { method: string; url: string; token: string }) {
  const claims = parseStrictJson(jws.payload) ?? {}
  const own = (name: string) => (Object.hasOwn(claims, name) ? claims[name] : undefined)
  const target = targetUri(expected.url)
  if (target === undefined) throw new AuthError('credentials_malformed')
  const [jti, htm, htu, iat, ath, nonce] = [
    own('jti'),
    own('htm'),
    own('htu'),
    own('iat'),
    own('ath'),
    own('nonce'),
  ]
  const sound =
    typeof jti === 'string' &&
    jti.length > 0 &&
    jti.length <= MAXIMUM_ID_LENGTH &&
    htm === expected.method &&
    typeof htu === 'string' &&
    targetUri(htu) === target &&
    typeof iat === 'number' &&
    typeof ath === 'string' &&
    equalDigests(ath, sha256(expected.token)) &&
    (nonce === undefined || typeof nonce === 'string')
  if (!sound) throw invalid()
  return { id: jti, issuedAt: iat, nonce }
}
