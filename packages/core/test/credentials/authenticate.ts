import { createAuthenticator, type AuthenticatorOptions } from '../../src/authenticator.js'
import type { AuthRequest } from '../../src/credentials/auth-request.js'
import { AuthError } from '../../src/outcome/auth-error.js'
import { AUDIENCE, ISSUER, KEY, NOW } from '../attacks/support/forge.js'

/** A request with these headers, each by its name in lower case, and each occurrence of it. */
export function requestWith(
  headers: Readonly<Record<string, readonly string[]>>,
  method = 'GET',
): AuthRequest {
  return { method, url: 'https://api.example.com/orders', header: (name) => headers[name] ?? [] }
}

/** The answer to a request: `accepted`, `anonymous`, or status and code of the refusal. */
export async function answerTo(
  request: AuthRequest,
  options: Partial<AuthenticatorOptions> = {},
): Promise<string> {
  const authenticate = createAuthenticator({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: KEY.source,
    clock: () => NOW,
    ...options,
  } as AuthenticatorOptions)
  try {
    return (await authenticate(request)) === undefined ? 'anonymous' : 'accepted'
  } catch (error) {
    if (error instanceof AuthError) return `${error.status} ${error.code}`
    throw new Error('something else than an AuthError', { cause: error })
  }
}
