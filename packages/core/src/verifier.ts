import type { Claims } from './claims/claims.js'
import { checkType } from './claims/profiles.js'
import { checkRegisteredClaims, type ClaimRequirements } from './claims/registered-claims.js'
import { VerifiedToken } from './claims/verified-token.js'
import { findAlgorithm, type Algorithm } from './jose/algorithms.js'
import { createCompactParser } from './jose/compact.js'
import type { JwsHeader } from './jose/jws-header.js'
import { verifySignature } from './jose/signature.js'
import { parseStrictJson } from './jose/strict-json.js'
import { discoverKeys } from './keys/discovery.js'
import type { KeySource } from './keys/key-source.js'
import { VerificationKey } from './keys/verification-key.js'
import { readOptions } from './options/read-options.js'
import {
  checkTogether,
  verifierReaders,
  type VerifierOptions,
  type VerifierSettings,
} from './options/verifier-options.js'
import { AuthError } from './outcome/auth-error.js'

/**
 * Verifies a token: signature first, then its claims.
 *
 * @throws AuthError with the code of the first check that failed; nothing else is ever thrown
 */
export type Verifier<C = Claims> = (token: string) => Promise<VerifiedToken<C>>

/**
 * Makes a verifier for code that has a token but no request: sockets, queues, jobs.
 *
 * @throws ConfigurationError when an option is wrong, unknown or missing
 */
export function createVerifier<C = Claims>(options: VerifierOptions<C>): Verifier<C> {
  return verifierFrom(readOptions('createVerifier()', options, verifierReaders)) as Verifier<C>
}

/** The walk of a token, for whoever has read the options. */
export function verifierFrom(settings: VerifierSettings): Verifier<unknown> {
  checkTogether(settings)
  const keys = settings.keys ?? discoverKeys(settings.issuer)
  const parser = createCompactParser(settings.maxTokenLength)
  const requirements: ClaimRequirements = settings
  const challenge = Object.freeze({ realm: settings.realm })

  return async (token) => {
    const jws = parser.parse(token)
    const { header } = jws
    checkType(header.typ, settings.profile)
    const algorithm = allowedAlgorithm(header.alg, settings.algorithms)

    const key = await findKey(keys, header)
    if (!key.algorithms.includes(algorithm.name)) throw notAllowed(key.algorithms)
    if (!verifySignature(algorithm, key, jws.signingInput, jws.signature))
      throw new AuthError('signature_invalid')
    parser.rememberHeader(jws)

    const unproven = parseStrictJson(jws.payload)
    if (unproven === undefined) throw new AuthError('token_malformed')
    const proven = checkRegisteredClaims(unproven, requirements, settings.clock())
    const claims = settings.schema === undefined ? proven : await settings.schema(proven)

    return new VerifiedToken({ token, header, proven, claims, claimPaths: settings.claimPaths, challenge })
  }
}

function allowedAlgorithm(name: string, narrowed: ReadonlySet<string> | undefined): Algorithm {
  const algorithm = findAlgorithm(name)
  if (algorithm === undefined || narrowed?.has(name) === false) throw notAllowed([...(narrowed ?? [])])
  return algorithm
}

function notAllowed(allowed: readonly string[]): AuthError {
  return new AuthError('algorithm_not_allowed', { details: { allowed } })
}

/** A source that fails has not said that the key is unknown: that is an outage, and not the caller's fault. */
async function findKey(keys: KeySource, header: JwsHeader): Promise<VerificationKey> {
  let key: unknown
  try {
    key = await keys.find(header)
  } catch (cause) {
    throw cause instanceof AuthError ? cause : new AuthError('keys_unavailable', { cause })
  }
  if (VerificationKey.is(key)) return key
  throw new AuthError(key === undefined ? 'key_unknown' : 'keys_unavailable')
}
