import { safeListener } from '@portcullis/core/internal'
import { ClientError } from '../client-error.js'
import { createExchange } from '../endpoint/exchange.js'
import { discoveredMetadata, knownMetadata } from '../endpoint/metadata.js'
import { createTokenRequest } from '../endpoint/token-request.js'
import { clientCredentials } from '../grants/client-credentials.js'
import type { Grant } from '../grants/grant.js'
import { ownSignature } from '../grants/own-signature.js'
import { refreshTokenGrant } from '../grants/refresh-token.js'
import { tokenExchange } from '../grants/token-exchange.js'
import { createProver, type Prover } from '../proofs/prover.js'
import type { AccessToken } from './access-token.js'
import { createAttempts } from './attempts.js'
import { createKeptTokens } from './kept-tokens.js'
import {
  readTokenSourceOptions,
  type TokenSourceOptions,
  type TokenSourceSettings,
} from './token-source-options.js'
import { createTokenStore, type TokenStore } from './token-store.js'
import { readTarget, wantedToken, type Target, type TokenTarget } from './wanted-token.js'
import { withSignal } from './with-signal.js'

/** One request for a token. */
export interface GetTokenOptions {
  /** Ends the waiting of this caller; others may go on to wait. */
  readonly signal?: AbortSignal | undefined
  /**
   * A token of this source that a service has refused: another one is got, once for all who have met with the same. A
   * token that is less than a second old is given again.
   */
  readonly refused?: AccessToken | undefined
}

/** Gives tokens that are good now. */
export interface TokenSource {
  /** The audience and the resources that its tokens are for, as far as they are said. */
  readonly target: readonly string[]
  /**
   * The token that is kept, or a new one; one request to the issuer for any number of callers. From three quarters of
   * its life on, a token is renewed in the background while it is given out.
   *
   * @throws ClientError `token_refused` by the issuer, which the next attempts meet without a request for a while;
   *   `metadata_unavailable`, `token_endpoint_unavailable`, `token_response_invalid` in an outage, with `retryAfter`;
   *   `metadata_invalid`, `scope_reduced`, `signing_failed`, `exchange_unsupported`, `refresh_token_unavailable`,
   *   `refresh_token_not_saved`, `too_many_requests`, `clock_invalid`; and the reason of the signal
   */
  getToken(options?: GetTokenOptions): Promise<AccessToken>
  /** The same source for another audience, scope or resource; it shares key, connection limits and kept tokens. */
  for(target: TokenTarget): TokenSource
  /**
   * The same source for tokens about a user, got for the token that the user's request came with (RFC 8693): verify
   * that one before. Cheap: make one for each request. Where the user's token has ended meanwhile, `getToken()` rejects
   * with the AuthError `token_expired` of `@portcullis/core`, which is the answer to the user: 401 with a challenge.
   *
   * @throws ClientError `subject_token_invalid`, `exchange_unsupported`
   */
  onBehalfOf(userToken: string): TokenSource
}

/**
 * Gets access tokens for a service and keeps them. Nothing is asked for before the first token is.
 *
 * @throws ConfigurationError
 */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const settings = readTokenSourceOptions(options)
  const { clock, dpop, onEvent } = settings
  const prover = dpop === false ? undefined : createProver(dpop === true ? undefined : dpop, clock)
  const [own, exchange] = grantsOf(settings, prover)
  const store = createTokenStore({
    grantFor: ({ subjectToken }) => (subjectToken === undefined ? own : exchange),
    kept: createKeptTokens(settings.maxTokens),
    attempts: createAttempts(
      {
        threshold: settings.breakerThreshold,
        backoff: settings.backoff,
        backoffLimit: settings.backoffLimit,
      },
      settings.refreshToken === undefined,
    ),
    prover,
    onEvent: safeListener(onEvent),
    clock,
  })
  const { audience, scope, resource } = settings
  return sourceFor({ audience, scope, resource }, undefined, {
    store,
    canExchange: !('signer' in settings.credential),
  })
}

interface SourceParts {
  readonly store: TokenStore
  readonly canExchange: boolean
}

function sourceFor(target: Target, subjectToken: string | undefined, parts: SourceParts): TokenSource {
  const wanted = wantedToken(target, subjectToken)
  return Object.freeze({
    target: Object.freeze([target.audience ?? [], target.resource].flat()),
    getToken: ({ signal, refused }: GetTokenOptions = {}) =>
      withSignal(() => parts.store(wanted, refused), signal),
    for: (given: TokenTarget) => sourceFor(readTarget(given, target), subjectToken, parts),
    onBehalfOf: (userToken: string) => {
      if (!parts.canExchange) throw new ClientError('exchange_unsupported')
      return sourceFor(target, userToken, parts)
    },
  })
}

function grantsOf(
  settings: TokenSourceSettings,
  prover: Prover | undefined,
): readonly [own: Grant, exchange: Grant] {
  const { clientId, clock, credential, issuer, tokenEndpoint, refreshToken } = settings
  if ('signer' in credential) {
    const unsupported: Grant = () => Promise.reject(new ClientError('exchange_unsupported'))
    return [ownSignature({ signing: credential, clientId, prover, clock }), unsupported]
  }
  const request = createTokenRequest({
    metadata:
      tokenEndpoint === undefined
        ? discoveredMetadata({ ...settings, issuer })
        : knownMetadata(issuer, tokenEndpoint),
    clientId,
    authenticate: credential.authenticate,
    exchange: createExchange(settings, { code: 'token_endpoint_unavailable', answers: [400, 401, 403] }),
    clock,
    prover,
  })
  const own =
    refreshToken === undefined
      ? clientCredentials(request)
      : refreshTokenGrant(request, refreshToken, settings.timeout)
  return [own, tokenExchange(request)]
}
