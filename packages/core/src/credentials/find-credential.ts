import { AuthError } from '../outcome/auth-error.js'
import type { AuthRequest } from './auth-request.js'
import type { CredentialSource } from './credential-source.js'

/**
 * Asks every place, so that a request with two tokens is seen as such (RFC 6750 section 2), even where they are equal.
 *
 * @returns undefined when no place holds a token
 * @throws AuthError `credentials_multiple`, and what the sources throw
 */
export function findCredential(
  sources: readonly CredentialSource[],
  request: AuthRequest,
): string | undefined | Promise<string | undefined> {
  const only = sources.length === 1 ? sources[0] : undefined
  return only === undefined ? findOne(sources, request) : only.find(request)
}

async function findOne(
  sources: readonly CredentialSource[],
  request: AuthRequest,
): Promise<string | undefined> {
  let found: string | undefined
  for (const source of sources) {
    const token = await source.find(request)
    if (token === undefined) continue
    if (found !== undefined) throw new AuthError('credentials_multiple')
    found = token
  }
  return found
}
