import type { Claims } from './claims/claims.js'
import type { VerifiedToken } from './claims/verified-token.js'
import { createIntrospectionWalk, isOpaque } from './introspection-walk.js'
import { findKey } from './keys/find-key.js'
import { readVerifierOptions, type VerifierOptions } from './options/verifier-options.js'
import { AuthError } from './outcome/auth-error.js'
import { BEARER_ONLY } from './outcome/challenge.js'
import { createClaimsProof, type WalkSettings } from './prove-claims.js'
import { isObserved, publishDecision, publishRefusal } from './outcome/diagnostics.js'
import { printable } from './outcome/printable.js'
import { consumeOnce } from './state/consume-once.js'
import { createPendingTokens } from './state/pending-tokens.js'
import { checkRevocation } from './state/revocation.js'
import { createVerifiedTokenCache, type KeptToken } from './state/verified-token-cache.js'
import { createTokenWalk } from './token-walk.js'

/**
 * Verifies a token: signature first, then its claims, then whether it was called back.
 *
 * @throws AuthError with the code of the first check that failed; nothing else is ever thrown
 */
export type Verifier<C = Claims> = (token: string) => Promise<VerifiedToken<C>>

/**
 * Makes a verifier for code that has a token but no request: sockets, queues, jobs. A token that is bound to a key
 * or a certificate is refused, since there is no request to prove it.
 *
 * @throws ConfigurationError when an option is wrong, unknown or missing
 */
export function createVerifier<C = Claims>(options: VerifierOptions<C>): Verifier<C> {
  const settings = readVerifierOptions('createVerifier()', options, {})
  const challenge = Object.freeze({ ...BEARER_ONLY, realm: settings.realm })
  const verify = verifierFrom({ ...settings, challenge, confirmations: [] }) as Verifier<C>
  const { replay } = settings
  if (replay === undefined) return verify
  return async (token) => {
    const verified = await verify(token)
    await consumeOnce(replay, verified)
    return verified
  }
}

/** For whoever has read the options, and consumes one-time tokens himself, once everything else is checked. */
export function verifierFrom(settings: WalkSettings): Verifier<unknown> {
  const { clock, issuers, revocation } = settings
  const cache = createVerifiedTokenCache(settings.cacheSize)
  const walk = createPendingTokens(walkFor(settings))

  const verifyOrRecall = async (token: string): Promise<VerifiedToken<unknown>> => {
    const kept = cache.get(token)
    if (kept !== undefined && lives(kept, clock())) {
      // Issuer and key may have lost their trust since, so that both are looked up as if the token were new.
      const found = issuers.only ?? issuers.find(kept.issuer.issuer)
      const issuer = found instanceof Promise ? await found : found
      if (issuer === kept.issuer) {
        if (kept.key === undefined) return kept.verified
        const key = findKey(issuer.keys, kept.verified.header)
        if ((key instanceof Promise ? await key : key) === kept.key) return kept.verified
      }
    }
    const proven = await walk(token)
    cache.set(token, proven)
    return proven.verified
  }

  const verify = async (token: string): Promise<VerifiedToken<unknown>> => {
    if (typeof token !== 'string') throw new AuthError('token_malformed')
    const verified = await verifyOrRecall(token)
    const inForce = revocation === undefined || checkRevocation(revocation, verified)
    if (inForce !== true) await inForce
    return verified
  }

  return (token) => (isObserved() ? observed(verify, token) : verify(token))
}

/** Opaque tokens go to the issuer that says of itself that it can be asked; all others are taken apart here. */
function walkFor(settings: WalkSettings): (token: string) => Promise<KeptToken> {
  const signed = createTokenWalk(settings)
  const { introspecting } = settings.issuers
  if (introspecting === undefined) return signed
  const opaque = createIntrospectionWalk(introspecting, createClaimsProof(settings), settings)
  return (token) => (isOpaque(token) ? opaque(token) : signed(token))
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
