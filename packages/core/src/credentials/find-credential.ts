import { AuthError } from '../outcome/auth-error.js'
import type { AuthRequest } from './auth-request.js'
import type { CredentialSource } from './credential-source.js'

type Found = string | undefined

/**
 * Asks every place, so that a request with two tokens is seen as such (RFC 6750 section 2), even where they are
 * equal. Answers at once where every place does.
 *
 * @returns undefined when no place holds a token
 * @throws AuthError `credentials_multiple`, what the sources throw, and `credentials_unavailable` (503) where a
 *   source throws or answers anything else: that says nothing about the caller, and is no way in
 */
export function findCredential(
  sources: readonly CredentialSource[],
  request: AuthRequest,
): Found | Promise<Found> {
  const answers = sources.map((source) => ask(source, request))
  return answers.some((answer) => answer instanceof Promise)
    ? Promise.all(answers).then(onlyOne)
    : onlyOne(answers as readonly Found[])
}

function ask(source: CredentialSource, request: AuthRequest): Found | Promise<Found> {
  let answer: unknown
  try {
    answer = source.find(request)
  } catch (cause) {
    throw unavailable(cause)
  }
  if (answer === undefined || typeof answer === 'string') return answer
  return Promise.resolve(answer).then(requireToken, (cause: unknown) => {
    throw unavailable(cause)
  })
}

function requireToken(answer: unknown): Found {
  if (answer === undefined || typeof answer === 'string') return answer
  throw new AuthError('credentials_unavailable')
}

function unavailable(cause: unknown): AuthError {
  return cause instanceof AuthError ? cause : new AuthError('credentials_unavailable', { cause })
}

function onlyOne(answers: readonly Found[]): Found {
  const tokens = answers.filter((answer) => answer !== undefined)
  if (tokens.length > 1) throw new AuthError('credentials_multiple')
  return tokens[0]
}
