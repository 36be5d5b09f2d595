import { createSecretKey } from 'node:crypto'
import { findAlgorithm } from '../jose/algorithms.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import { resemblesKey } from './resembles-key.js'
import { singleKey, type SingleKey } from './single-key.js'
import { VerificationKey } from './verification-key.js'

/** Secrets that stand in the forms of jwt.io, long enough and known to everybody. */
const KNOWN_SECRETS: ReadonlySet<string> = new Set([
  'a-string-secret-at-least-256-bits-long',
  'a-valid-string-secret-that-is-at-least-384-bits-long',
  'a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long',
])

/**
 * A secret that issuer and verifier share, for HMAC (RFC 7518 section 3.2). Bytes, so that no text is mistaken for
 * a key: at least as many as the hash has (32, 48 or 64), random, made by `crypto.randomBytes`.
 *
 * @throws ConfigurationError for text, for too few bytes, for what looks like a public key, for a secret that is none
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
  if (resemblesKey(bytes)) {
    throw new ConfigurationError(
      'secret()',
      "looks like a public key, which everybody knows; verify with pem(text, 'RS256') or jwk(key) instead",
    )
  }
  if (bytes.every((byte) => byte === bytes[0]) || KNOWN_SECRETS.has(Buffer.from(bytes).toString('latin1'))) {
    throw new ConfigurationError(
      'secret()',
      'is one byte repeated, or an example that everybody knows; make one by crypto.randomBytes(32)',
    )
  }
  return singleKey(new VerificationKey(undefined, [entry.name], createSecretKey(bytes)))
}
