import { inspect } from 'node:util'
import { AuthError } from '../../../src/outcome/auth-error.js'
import type { RefusalCode } from '../../../src/outcome/codes.js'
import { explain } from '../../../src/outcome/explain.js'
import { VerifiedToken } from '../../../src/claims/verified-token.js'
import type { Verifier } from '../../../src/verifier.js'

/**
 * What becomes of a token: `accepted`, or the code of the refusal. Fails the test where a verifier answers anything
 * else than a VerifiedToken, throws anything else than an AuthError, or lets a piece of the token out.
 */
export async function outcomeOf(
  verify: Verifier<unknown>,
  token: unknown,
): Promise<RefusalCode | 'accepted'> {
  let verified: unknown
  try {
    verified = await verify(token as string)
  } catch (error) {
    if (!(error instanceof AuthError)) throw new Error('something else than an AuthError', { cause: error })
    if (typeof token === 'string') expectNothingOf(token, error)
    return error.code
  }
  if (!VerifiedToken.is(verified)) throw new Error('something else than a VerifiedToken')
  return 'accepted'
}

/** Everything of an error that a logger or a framework could write down. */
export function everythingOf(error: AuthError): string {
  return [
    error.message,
    error.stack,
    JSON.stringify(error),
    JSON.stringify(error.headers),
    JSON.stringify(Object.getOwnPropertyDescriptors(error)),
    inspect(error, { depth: 10, showHidden: true }),
    inspect(error.cause, { depth: 10, showHidden: true }),
    explain(error),
  ].join('\n')
}

/** Attack 317: neither payload nor signature may show, whole or in part. */
function expectNothingOf(token: string, error: AuthError): void {
  const text = everythingOf(error)
  for (const segment of token.split('.').slice(1)) {
    for (const piece of [segment.slice(0, 12), segment.slice(-12)]) {
      if (!/^[\w-]{12}$/.test(piece)) continue
      if (text.includes(piece)) throw new Error(`the error shows a piece of the token: ${piece}`)
    }
  }
}
