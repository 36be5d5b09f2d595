import { AuthError } from '../outcome/auth-error.js'
import type { AuthRequest } from './auth-request.js'
import { bearer, type Credential } from './credential.js'
import type { CredentialSource } from './credential-source.js'

type Found = Credential | undefined

/**
 * Asks every place, so that a request with two tokens is seen as such (RFC 6750 section 2), even where they are
 * equal. One place that answers at once is answered at once.
 *
 * @returns undefined when no place holds a token
 * @throws AuthError `credentials_multiple`, what the sources throw, and `credentials_unavailable` (503) where a
 *   source throws or answers anything else: that says nothing about the caller, and is no way in
 */
export function findCredential(
  sources: readonly CredentialSource[],
  request: AuthRequest,
): Found | Promise<Found> {
  const only = sources.length === 1 ? sources[0] : undefined
  return only === undefined ? findOne(sources, request) : ask(only, request)
}

async function findOne(sources: readonly CredentialSource[], request: AuthRequest): Promise<Found> {
  let found: Found
  for (const source of sources) {
    const credential = await ask(source, request)
    if (credential !== undefined && found !== undefined) throw new AuthError('credentials_multiple')
    found ??= credential
  }
  return found
}

function ask(source: CredentialSource, request: AuthRequest): Found | Promise<Found> {
  let answer: unknown
  try {
    answer = source.find(request)
  } catch (cause) {
    throw unavailable(cause)
  }
  if (answer === undefined) return undefined
  if (typeof answer === 'string') return bearer(answer)
  if (isCredential(answer)) return answer
  return Promise.resolve(answer).then(requireCredential, (cause: unknown) => {
    throw unavailable(cause)
  })
}

function requireCredential(answer: unknown): Found {
  if (answer === undefined || isCredential(answer)) return answer
  if (typeof answer === 'string') return bearer(answer)
  throw new AuthError('credentials_unavailable')
}

function isCredential(answer: unknown): answer is Credential {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'token' in answer &&
    typeof answer.token === 'string' &&
    'scheme' in answer &&
    (answer.scheme === 'Bearer' || answer.scheme === 'DPoP')
  )
}

function unavailable(cause: unknown): AuthError {
  return cause instanceof AuthError ? cause : new AuthError('credentials_unavailable', { cause })
}
