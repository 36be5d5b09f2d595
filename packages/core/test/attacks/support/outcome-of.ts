import { inspect } from 'node:util'
import { AuthError } from '../../../src/outcome/auth-error.js'
import type { RefusalCode } from '../../../src/outcome/codes.js'
import { explain } from '../../../src/outcome/explain.js'
import { Auth } from '../../../src/claims/verified-token.js'
import type { Verifier } from '../../../src/verifier.js'

/**
 * What becomes of a token: `accepted`, or the code of the refusal. Fails the test where a verifier answers anything
 * else than a Auth, throws anything else than an AuthError, or lets a piece of the token out.
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
  if (!Auth.is(verified)) throw new Error('something else than a Auth')
  return 'accepted'
}

/** Everything of an error that a framework could answer with, or that a logger could write down by its shape. */
function toldBy(error: AuthError): string {
  const properties = Object.values(error).map(String)
  return [
    error.message,
    JSON.stringify(error),
    JSON.stringify(error.headers),
    ...properties,
    explain(error),
  ].join('\n')
}

/** The same, and whatever an inspection shows: the stack, hidden properties, the cause. */
export function everythingOf(error: AuthError): string {
  const inspected = [error, error.cause].map((value) => inspect(value, { depth: 10, showHidden: true }))
  return [
    toldBy(error),
    error.stack,
    JSON.stringify(Object.getOwnPropertyDescriptors(error)),
    ...inspected,
  ].join('\n')
}

/** An inspection is slow, and the same for all errors that are made at one place. */
const inspectedPlaces = new Set<string>()

/** Attack 317: neither payload nor signature may show, whole or in part. */
function expectNothingOf(token: string, error: AuthError): void {
  const place = `${error.code} ${String(error.cause !== undefined)}`
  const text = inspectedPlaces.has(place) ? toldBy(error) : everythingOf(error)
  inspectedPlaces.add(place)
  for (const segment of token.split('.', 10).slice(1)) {
    for (const piece of [segment.slice(0, 12), segment.slice(-12)]) {
      if (!/^[\w-]{12}$/.test(piece)) continue
      if (text.includes(piece)) throw new Error(`the error shows a piece of the token: ${piece}`)
    }
  }
}
