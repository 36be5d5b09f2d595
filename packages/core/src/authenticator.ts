import type { Claims } from './claims/claims.js'
import { Auth } from './claims/verified-token.js'
import type { AuthRequest } from './credentials/auth-request.js'
import type { Credential } from './credentials/credential.js'
import { findCredential } from './credentials/find-credential.js'
import { requireSameOrigin } from './credentials/same-origin.js'
import {
  requestReaders,
  sharedRequestReaders,
  type RequestOptions,
  type RequestSettings,
} from './options/request-options.js'
import {
  readVerifierOptions,
  type VerifierOptions,
  type VerifierSettings,
} from './options/verifier-options.js'
import { AuthError } from './outcome/auth-error.js'
import type { ChallengeSettings, Scheme } from './outcome/challenge.js'
import { publishDecision, publishRefusal } from './outcome/diagnostics.js'
import { addressOf } from './proof/address.js'
import type { DpopSettings } from './proof/dpop-options.js'
import { checkableConfirmations, createHolderCheck } from './proof/holder.js'
import { consumeOnce } from './state/consume-once.js'
import { verifierFrom } from './verifier.js'

/** How to read requests, and which tokens to believe. */
export type AuthenticatorOptions<C = Claims> = VerifierOptions<C> & RequestOptions

/**
 * Says who sends a request. Three outcomes, three things: an {@link Auth} for an authenticated request,
 * `undefined` for an anonymous one (only where credentials are optional), a thrown AuthError for a refused one.
 */
export type Authenticator<C = Claims, Anonymous = undefined> = (
  request: AuthRequest,
) => Promise<Auth<C> | Anonymous>

/**
 * Makes the authenticator that an adapter runs for each request: find the one token, verify it, and see that it
 * belongs to whoever sends it.
 *
 * @throws ConfigurationError when an option is wrong, unknown or missing
 */
export function createAuthenticator<C = Claims>(
  options: AuthenticatorOptions<C> & { readonly optional?: false },
): Authenticator<C, never>
export function createAuthenticator<C = Claims>(options: AuthenticatorOptions<C>): Authenticator<C>
export function createAuthenticator<C = Claims>(options: AuthenticatorOptions<C>): Authenticator<C> {
  const settings = readVerifierOptions('authenticate()', options, requestReaders)
  return authenticatorFrom(settings)(settings.optional) as Authenticator<C>
}

/**
 * Makes two authenticators of one verifier, which share its keys and the tokens it remembers: for adapters in which
 * each route says whether a token may be absent.
 *
 * @throws ConfigurationError when an option is wrong, unknown or missing
 */
export function createAuthenticators<C = Claims>(
  options: VerifierOptions<C> & Omit<RequestOptions, 'optional'>,
): { readonly required: Authenticator<C, never>; readonly optional: Authenticator<C> } {
  const authenticator = authenticatorFrom(
    readVerifierOptions('authenticate()', options, sharedRequestReaders),
  )
  return Object.freeze({
    required: authenticator(false) as Authenticator<C, never>,
    optional: authenticator(true) as Authenticator<C>,
  })
}

function authenticatorFrom(
  settings: VerifierSettings & Omit<RequestSettings, 'optional'>,
): (optional: boolean) => Authenticator<unknown> {
  const { clock, mutualTls, replay } = settings
  const dpop = settings.dpop(clock)
  const confirmations = checkableConfirmations({ dpop, mutualTls })
  const challenge = challengeSettings(settings, dpop)
  const verify = verifierFrom({ ...settings, challenge, confirmations })
  const origins = originsOf(settings)
  const bindingIsPossible = confirmations.length > 0
  const checkHolder = createHolderCheck({ dpop, mutualTls, clock, urlOf: addressOf(settings.publicOrigin) })

  const challenged = (error: unknown, scheme?: Scheme) =>
    error instanceof AuthError ? AuthError.withChallenge(error, challenge, scheme) : error

  /** The one credential; the DPoP scheme means nothing to a service that does not speak it. */
  const acceptable = (found: Credential | undefined, request: AuthRequest): Credential | undefined => {
    if (found === undefined || (found.scheme === 'DPoP' && dpop.mode === 'off')) return undefined
    if (found.fromCookie && origins !== undefined) requireSameOrigin(request, origins)
    return found
  }

  return (optional) => async (request) => {
    let credential: Credential | undefined
    try {
      const found = findCredential(settings.credentials, request)
      credential = acceptable(found instanceof Promise ? await found : found, request)
      if (credential === undefined && !optional) throw new AuthError('credentials_missing')
    } catch (error) {
      publishRefusal('credentials', error)
      throw challenged(error)
    }
    if (credential === undefined) {
      publishDecision({ step: 'credentials', outcome: 'anonymous' })
      return undefined
    }
    let verified: Auth<unknown> | undefined
    try {
      verified = await verify(credential.token)
      if (bindingIsPossible) await checkHolder(request, credential, Auth.confirmationOf(verified))
      if (replay !== undefined) await consumeOnce(replay, verified)
      return verified
    } catch (error) {
      if (verified !== undefined) publishRefusal('proof', error)
      throw challenged(error, credential.scheme)
    }
  }
}

/** Whose pages may send unsafe requests with a cookie; the service's own, where it is told what that is. */
function originsOf({ csrf, publicOrigin }: Pick<RequestSettings, 'csrf' | 'publicOrigin'>) {
  return csrf === undefined || publicOrigin === undefined ? csrf : [...csrf, publicOrigin]
}

function challengeSettings(
  { realm, resourceMetadata }: Pick<VerifierSettings & RequestSettings, 'realm' | 'resourceMetadata'>,
  dpop: DpopSettings,
): ChallengeSettings {
  const schemes: Readonly<Record<DpopSettings['mode'], readonly Scheme[]>> = {
    off: ['Bearer'],
    optional: ['Bearer', 'DPoP'],
    required: ['DPoP'],
  }
  const proofAlgorithms = dpop.mode === 'off' ? undefined : dpop.algorithms
  return Object.freeze({ schemes: schemes[dpop.mode], realm, resourceMetadata, proofAlgorithms })
}
