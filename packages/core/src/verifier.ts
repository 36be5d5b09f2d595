import type { Claims } from './claims/claims.js'
import type { VerifiedToken } from './claims/verified-token.js'
import { findKey } from './keys/find-key.js'
import {
  readVerifierOptions,
  type VerifierOptions,
  type VerifierSettings,
} from './options/verifier-options.js'
import { AuthError } from './outcome/auth-error.js'
import { isObserved, publishDecision, publishRefusal } from './outcome/diagnostics.js'
import { printable } from './outcome/printable.js'
import { createPendingTokens } from './state/pending-tokens.js'
import { createVerifiedTokenCache, type KeptToken } from './state/verified-token-cache.js'
import { createTokenWalk } from './token-walk.js'

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
  return verifierFrom(readVerifierOptions('createVerifier()', options, {})) as Verifier<C>
}

/** For whoever has read the options. */
export function verifierFrom(settings: VerifierSettings): Verifier<unknown> {
  const cache = createVerifiedTokenCache(settings.cacheSize)
  const walk = createPendingTokens(createTokenWalk(settings))
  const { issuers } = settings

  const verify = async (token: string): Promise<VerifiedToken<unknown>> => {
    if (typeof token !== 'string') throw new AuthError('token_malformed')
    const kept = cache.get(token)
    if (kept !== undefined && lives(kept, settings.clock())) {
      // Issuer and key may have lost their trust since, so that both are looked up as if the token were new.
      const found = issuers.only ?? issuers.find(kept.issuer.issuer)
      const issuer = found instanceof Promise ? await found : found
      if (issuer === kept.issuer) {
        const key = findKey(issuer.keys, kept.verified.header)
        if ((key instanceof Promise ? await key : key) === kept.key) return kept.verified
      }
    }
    const proven = await walk(token)
    cache.set(token, proven)
    return proven.verified
  }

  return (token) => (isObserved() ? observed(verify, token) : verify(token))
}

function lives({ lifetime }: KeptToken, now: number): boolean {
  return now >= lifetime.from && now < lifetime.until
}

async function observed(verify: Verifier<unknown>, token: string): Promise<VerifiedToken<unknown>> {
  const started = performance.now()
  try {
    const verified = await verify(token)
    const { kid } = verified.header
    publishDecision({
      step: 'token',
      outcome: 'accepted',
      issuer: verified.issuer,
      ...(kid === undefined ? {} : { keyId: printable(kid) }),
      milliseconds: performance.now() - started,
    })
    return verified
  } catch (error) {
    publishRefusal('token', error, performance.now() - started)
    throw error
  }
}
