import { createSecretKey } from 'node:crypto'
import { findAlgorithm } from '../jose/algorithms.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import { singleKey, type SingleKey } from './single-key.js'
import { VerificationKey } from './verification-key.js'

/** Text of public keys in every form in which one is likely to be pasted: PEM, SSH, JWK and base64 of DER. */
const PUBLIC_KEY_TEXT =
  /-----BEGIN |^\s*(?:ssh-|ecdsa-sha2-)|"kty"\s*:|^\s*MI[GIHEBN][A-Za-z0-9+/_-]{30}|^\s*MC[ow]w?BQYDK2/
/** DER of a SubjectPublicKeyInfo or of a PKCS #1 key or certificate: a sequence that is as long as it says. */
function looksLikeDer(bytes: Uint8Array): boolean {
  const [tag, first = 0, second = 0, third = 0] = bytes
  if (tag !== 0x30) return false
  const length =
    first < 0x80 ? first + 2 : first === 0x81 ? second + 3 : first === 0x82 ? second * 256 + third + 4 : -1
  return length === bytes.length
}

/**
 * A secret that issuer and verifier share, for HMAC (RFC 7518 section 3.2). Bytes, so that no text is mistaken for
 * a key: at least as many as the hash has (32, 48 or 64), random, made by `crypto.randomBytes`.
 *
 * @throws ConfigurationError for text, for too few bytes, for what looks like a public key, for all equal bytes
 */
export function secret(bytes: Uint8Array, algorithm: 'HS256' | 'HS384' | 'HS512'): SingleKey {
  const entry = typeof algorithm === 'string' ? findAlgorithm(algorithm) : undefined
  if (entry?.keyType !== 'oct') {
    throw new ConfigurationError('secret()', "expects the algorithm 'HS256', 'HS384' or 'HS512'")
  }
  if (!(bytes instanceof Uint8Array)) {
    throw new ConfigurationError(
      'secret()',
      "expects bytes: decode the text, as in Buffer.from(text, 'base64url')",
    )
  }
  const least = entry.signatureLength ?? Number.POSITIVE_INFINITY
  if (bytes.length < least) {
    throw new ConfigurationError(
      'secret()',
      `expects at least ${least} bytes for ${entry.name} (RFC 7518 section 3.2)`,
    )
  }
  if (PUBLIC_KEY_TEXT.test(Buffer.from(bytes).toString('latin1')) || looksLikeDer(bytes)) {
    throw new ConfigurationError(
      'secret()',
      "looks like a public key, which everybody knows; verify with pem(text, 'RS256') or jwk(key) instead",
    )
  }
  if (bytes.every((byte) => byte === bytes[0]))
    throw new ConfigurationError('secret()', 'is one byte repeated')
  return singleKey(new VerificationKey(undefined, [entry.name], createSecretKey(bytes)))
}
