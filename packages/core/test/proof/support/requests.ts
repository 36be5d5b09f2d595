import type { Auth } from '../../../src/claims/verified-token.js'
import type { Authenticator, AuthenticatorOptions } from '../../../src/authenticator.js'
import { createAuthenticator } from '../../../src/authenticator.js'
import type { AuthRequest } from '../../../src/credentials/auth-request.js'
import { AuthError } from '../../../src/outcome/auth-error.js'
import type { RefusalCode } from '../../../src/outcome/codes.js'
import { AUDIENCE, ISSUER, KEY, NOW } from '../../attacks/support/forge.js'
import { everythingOf } from '../../attacks/support/outcome-of.js'

/** How a request reaches a service; a header that is given as undefined is left out. */
export interface Sent {
  readonly method?: string
  readonly url?: string
  /** A list is a header that is sent several times. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly clientCertificate?: Uint8Array
}

export const ADDRESS = 'https://api.example.com/orders'

export function request({
  method = 'GET',
  url = ADDRESS,
  headers = {},
  clientCertificate,
}: Sent): AuthRequest {
  const all = new Map(Object.entries(headers))
  return {
    method,
    url,
    clientCertificate,
    header: (name) => [all.get(name) ?? []].flat(),
  }
}

/** A service that believes the tokens of `forge.ts`, but for what is given here. */
export function service(options: Partial<AuthenticatorOptions> = {}): Authenticator {
  return createAuthenticator({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: KEY.source,
    clock: () => NOW,
    ...options,
  } as AuthenticatorOptions)
}

/**
 * What becomes of a request: `accepted`, `anonymous`, or the code of the refusal. Fails the test where anything but
 * an AuthError is thrown, or where a piece of what was sent is let out.
 */
export async function outcomeOf(
  authenticate: Authenticator,
  sent: Sent,
): Promise<RefusalCode | 'accepted' | 'anonymous'> {
  let auth: Auth | undefined
  try {
    auth = await authenticate(request(sent))
  } catch (error) {
    if (!(error instanceof AuthError)) throw new Error('something else than an AuthError', { cause: error })
    expectNothingOf(sent, error)
    return error.code
  }
  return auth === undefined ? 'anonymous' : 'accepted'
}

/** The refusal of a request; fails the test where there is none. */
export async function refusalOf(authenticate: Authenticator, sent: Sent): Promise<AuthError> {
  try {
    await authenticate(request(sent))
  } catch (error) {
    if (error instanceof AuthError) return error
    throw new Error('something else than an AuthError', { cause: error })
  }
  throw new Error('the request was not refused')
}

/** Neither the token nor the proof may stand in an error, whole or in part. */
function expectNothingOf({ headers = {} }: Sent, error: AuthError): void {
  const text = everythingOf(error)
  const segments = Object.values(headers)
    .flat()
    .flatMap((value) => value?.match(/[\w-]{24,}/g) ?? [])
  const shown = segments.find((segment) => text.includes(segment))
  if (shown !== undefined) throw new Error(`the error shows a piece of the request: ${shown.slice(0, 12)}`)
}
