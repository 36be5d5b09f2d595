import type { Claims } from './claims/claims.js'
import type { Auth } from './claims/verified-token.js'
import { andThen, promised, type Eventual } from './eventual.js'
import { createIntrospectionWalk, isOpaque } from './introspection-walk.js'
import { findKey } from './keys/find-key.js'
import type { IssuerDirectory } from './keys/issuer-directory.js'
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
export type Verifier<C = Claims> = (token: string) => Promise<Auth<C>>

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

  const verifyAnew = (token: string): Eventual<Auth<unknown>> =>
    andThen(walk(token), (proven) => {
      cache.set(token, proven)
      return proven.verified
    })

  const verifyOrRecall = (token: string): Eventual<Auth<unknown>> => {
    const kept = cache.get(token)
    if (kept === undefined || !lives(kept, clock())) return verifyAnew(token)
    return andThen(isStillTrusted(kept, issuers), (trusted) => (trusted ? kept.verified : verifyAnew(token)))
  }

  const verify = (token: string): Promise<Auth<unknown>> =>
    promised(() => {
      if (typeof token !== 'string') throw new AuthError('token_malformed')
      const answer = verifyOrRecall(token)
      if (revocation === undefined) return answer
      return andThen(answer, (verified) => andThen(checkRevocation(revocation, verified), () => verified))
    })

  return (token) => (isObserved() ? observed(verify, token) : verify(token))
}

/** Opaque tokens go to the issuer that says of itself that it can be asked; all others are taken apart here. */
function walkFor(settings: WalkSettings): (token: string) => Eventual<KeptToken> {
  const signed = createTokenWalk(settings)
  const { introspecting } = settings.issuers
  if (introspecting === undefined) return signed
  const opaque = createIntrospectionWalk(introspecting, createClaimsProof(settings), settings)
  return (token) => (isOpaque(token) ? opaque(token) : signed(token))
}

/** Issuer and key may have lost their trust since, so that both are looked up as if the token were new. */
function isStillTrusted({ issuer, key, verified }: KeptToken, issuers: IssuerDirectory): Eventual<boolean> {
  return andThen(issuers.only ?? issuers.find(issuer.issuer), (found) => {
    if (found !== issuer) return false
    return key === undefined || andThen(findKey(found.keys, verified.header), (current) => current === key)
  })
}

function lives({ from, until }: KeptToken, now: number): boolean {
  return now >= from && now < until
}

async function observed(verify: Verifier<unknown>, token: string): Promise<Auth<unknown>> {
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
