import { createHmac, timingSafeEqual, verify } from 'node:crypto'
import { VerificationKey } from '../keys/verification-key.js'
import type { Algorithm } from './algorithms.js'

/**
 * Checks a signature with node:crypto. The key must allow the algorithm; the length of the signature is checked
 * first where the algorithm fixes it, so that neither DER-encoded ECDSA nor a cut-off MAC is ever looked at.
 *
 * @param signingInput canonical base64url and a dot, so that each character is one octet
 */
export function verifySignature(
  algorithm: Algorithm,
  key: VerificationKey,
  signingInput: string,
  signature: Buffer,
): boolean {
  const input = VerificationKey.inputFor(key, algorithm)
  if (input === undefined) return false
  if (algorithm.signatureLength !== undefined && signature.length !== algorithm.signatureLength) return false
  if (algorithm.keyType === 'oct' && algorithm.hash !== undefined) {
    const expected = createHmac(algorithm.hash, VerificationKey.materialOf(key)).update(
      signingInput,
      'latin1',
    )
    return timingSafeEqual(expected.digest(), signature)
  }
  return verify(algorithm.hash ?? null, Buffer.from(signingInput, 'latin1'), input, signature)
}
