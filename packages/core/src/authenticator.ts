import type { Claims } from './claims/claims.js'
import type { VerifiedToken } from './claims/verified-token.js'
import type { AuthRequest } from './credentials/auth-request.js'
import { authorizationHeader } from './credentials/authorization-header.js'
import type { CredentialSource } from './credentials/credential-source.js'
import { findCredential } from './credentials/find-credential.js'
import type { OptionReader, OptionReaders } from './options/read-options.js'
import { boolean, optional } from './options/readers.js'
import { readVerifierOptions, type VerifierOptions } from './options/verifier-options.js'
import { AuthError } from './outcome/auth-error.js'
import { publishDecision, publishRefusal } from './outcome/diagnostics.js'
import { ConfigurationError } from './outcome/configuration-error.js'
import { verifierFrom, type Verifier } from './verifier.js'

/** What a route finds of an authenticated request. */
export type Auth<C = Claims> = VerifiedToken<C>

/** How to read requests. */
export interface RequestOptions {
  /** Where a token may be; default the Authorization header only. A request with two tokens is refused. */
  readonly credentials?: CredentialSource | readonly CredentialSource[]
  /** Lets requests without a token pass as anonymous; a bad token is refused all the same. Default false. */
  readonly optional?: boolean
}

/** How to read requests, and which tokens to believe. */
export type AuthenticatorOptions<C = Claims> = VerifierOptions<C> & RequestOptions

/**
 * Says who sends a request. Three outcomes, three things: an {@link Auth} for an authenticated request,
 * `undefined` for an anonymous one (only where credentials are optional), a thrown AuthError for a refused one.
 */
export type Authenticator<C = Claims, Anonymous = undefined> = (
  request: AuthRequest,
) => Promise<Auth<C> | Anonymous>

interface RequestSettings {
  readonly credentials: readonly CredentialSource[]
  readonly optional: boolean
}

const credentials: OptionReader<readonly CredentialSource[]> = (value, option) => {
  const sources: readonly unknown[] = Array.isArray(value) ? value : [value]
  const sound = (source: unknown): source is CredentialSource =>
    typeof source === 'object' && source !== null && 'find' in source && typeof source.find === 'function'
  if (sources.length > 0 && sources.every(sound)) return Object.freeze([...sources])
  throw new ConfigurationError(
    option,
    'expects authorizationHeader(), cookie(name), custom(find), or a list of them',
  )
}

const credentialReaders: OptionReaders<Pick<RequestSettings, 'credentials'>> = {
  credentials: (value, option) => credentials(value ?? authorizationHeader(), option),
}
const requestReaders: OptionReaders<RequestSettings> = {
  ...credentialReaders,
  optional: optional(boolean, false),
}

/**
 * Makes the authenticator that an adapter runs for each request: find the one token, verify it.
 *
 * @throws ConfigurationError when an option is wrong, unknown or missing
 */
export function createAuthenticator<C = Claims>(
  options: AuthenticatorOptions<C> & { readonly optional?: false },
): Authenticator<C, never>
export function createAuthenticator<C = Claims>(options: AuthenticatorOptions<C>): Authenticator<C>
export function createAuthenticator<C = Claims>(options: AuthenticatorOptions<C>): Authenticator<C> {
  const settings = readVerifierOptions('authenticate()', options, requestReaders)
  return authenticatorFrom(settings, verifierFrom(settings)) as Authenticator<C>
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
  const settings = readVerifierOptions('authenticate()', options, credentialReaders)
  const verify = verifierFrom(settings)
  return Object.freeze({
    required: authenticatorFrom({ ...settings, optional: false }, verify) as Authenticator<C, never>,
    optional: authenticatorFrom({ ...settings, optional: true }, verify) as Authenticator<C>,
  })
}

function authenticatorFrom(
  settings: RequestSettings & { readonly realm: string | undefined },
  verify: Verifier<unknown>,
): Authenticator<unknown> {
  const challenge = Object.freeze({ realm: settings.realm })
  const challenged = (error: unknown) =>
    error instanceof AuthError ? AuthError.withChallenge(error, challenge) : error

  return async (request) => {
    let token: string | undefined
    try {
      const found = findCredential(settings.credentials, request)
      token = found instanceof Promise ? await found : found
      if (token === undefined && !settings.optional) throw new AuthError('credentials_missing')
    } catch (error) {
      publishRefusal('credentials', error)
      throw challenged(error)
    }
    if (token === undefined) {
      publishDecision({ step: 'credentials', outcome: 'anonymous' })
      return undefined
    }
    try {
      return await verify(token)
    } catch (error) {
      throw challenged(error)
    }
  }
}
