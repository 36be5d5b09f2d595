import { safeListener } from '@portcullis/core/internal'
import { createAttempts } from '../clients/attempts.js'
import { createClientAuthentication } from '../clients/authenticate-client.js'
import { TOKEN_EXCHANGE } from '../clients/client.js'
import type { Handler } from '../http/handler.js'
import { uncachedJson } from '../http/json-response.js'
import { jwksHandler } from '../keys/jwks-handler.js'
import { createSigner, type Signer } from '../signing/signer.js'
import { clientCredentials } from './client-credentials.js'
import { proofOfRequest } from './dpop.js'
import { clientEndpoint } from './endpoint.js'
import type { Grant, GrantedToken } from './grant.js'
import { introspect } from './introspection.js'
import { readIssuerOptions, type IssuerOptions } from './issuer-options.js'
import { metadataHandler } from './metadata.js'
import { OAuthError } from './oauth-error.js'
import { createOwnTokens, type OwnToken } from './own-tokens.js'
import { refreshGrant } from './refresh-grant.js'
import { revoke } from './revocation.js'
import { createSignIn, type SignIn } from './sign-in.js'
import { tokenExchange } from './token-exchange.js'

/** An issuer: its endpoints as web-standard handlers, and what the application itself does with it. */
export interface Issuer {
  /** All endpoints by their paths; 404 for every other path. */
  readonly handler: Handler
  /** RFC 6749 section 3.2. */
  readonly token: Handler
  /** RFC 7009. */
  readonly revocation: Handler
  /** RFC 7662. */
  readonly introspection: Handler
  /** RFC 7517. */
  readonly jwks: Handler
  /** RFC 8414. */
  readonly metadata: Handler
  readonly signer: Signer
  /** Tokens for a user whom the application has authenticated. */
  readonly signIn: SignIn['signIn']
  /** Tokens for a refresh token that the application keeps for a user. */
  readonly refresh: SignIn['refresh']
  /** Ends what a refresh token stands for; one that is unknown is nothing to end. */
  readonly signOut: SignIn['signOut']
  /** Ends a sign-in by its `signInId`: none of its refresh tokens is good any longer. */
  readonly endSignIn: SignIn['endSignIn']
  /** The claims of an access token that this issuer made and that is in force; undefined for whatever else. */
  readonly readAccessToken: (token: string) => Promise<OwnToken | undefined>
}

/**
 * Makes an issuer.
 *
 * @throws ConfigurationError
 */
export function createIssuer(options: IssuerOptions): Issuer {
  const given = readIssuerOptions(options)
  const { issuer, keyRing, clock, lifetime, encryption, revokedTokens, maxActors } = given
  const onEvent = safeListener(given.onEvent)
  const settings = Object.freeze({ ...given, onEvent })
  const signer = createSigner({
    issuer,
    keyRing,
    clock,
    ...(lifetime === undefined ? {} : { lifetime }),
    ...(encryption === undefined ? {} : { encryption }),
  })
  const readToken = createOwnTokens(issuer, keyRing, revokedTokens, clock)
  const authenticate = createClientAuthentication({
    ...settings,
    attempts: createAttempts(settings.attempts),
  })
  const grants: ReadonlyMap<string, Grant> = new Map([
    ['client_credentials', clientCredentials(signer)],
    ['refresh_token', refreshGrant(signer, settings)],
    [TOKEN_EXCHANGE, tokenExchange({ signer, readToken, maxActors })],
  ])

  const proof = proofOfRequest(settings.dpop, issuer)
  const token = clientEndpoint(authenticate, onEvent, async (authenticated, form, request) => {
    const { client } = authenticated
    const grantType = form.get('grant_type')
    if (grantType === undefined)
      throw new OAuthError('invalid_request', { description: 'The grant_type is missing' })
    const grant = grants.get(grantType)
    if (grant === undefined) throw new OAuthError('unsupported_grant_type')
    if (!client.grants.some((name) => name === grantType)) throw new OAuthError('unauthorized_client')
    const keyThumbprint = await proof.check(request, client)
    const granted = await grant(authenticated, form, keyThumbprint)
    const { subject, sessionId } = granted
    const session = sessionId === undefined ? {} : { sessionId }
    onEvent({ kind: 'token_issued', clientId: client.id, subject, ...session })
    return uncachedJson(tokenResponse(granted), 200, keyThumbprint === undefined ? {} : proof.headers())
  })
  const revocation = clientEndpoint(authenticate, onEvent, revoke(settings, readToken))
  const introspection = clientEndpoint(authenticate, onEvent, introspect(settings, readToken))
  const serveJwks = jwksHandler(keyRing)
  const jwks: Handler = (request) => serveJwks(request)
  const metadata = metadataHandler(issuer, [...grants.keys()], settings.dpop)

  const base = new URL(issuer).pathname.replace(/\/$/, '')
  const routes: ReadonlyMap<string, Handler> = new Map([
    [`${base}/token`, token],
    [`${base}/revoke`, revocation],
    [`${base}/introspect`, introspection],
    [`${base}/jwks`, jwks],
    [`/.well-known/oauth-authorization-server${base}`, metadata],
  ])
  const handler: Handler = async (request, context) => {
    const route = routes.get(new URL(request.url).pathname)
    return route === undefined ? uncachedJson({ error: 'not_found' }, 404) : route(request, context)
  }
  return Object.freeze({
    handler,
    token,
    revocation,
    introspection,
    jwks,
    metadata,
    signer,
    readAccessToken: readToken,
    ...createSignIn(signer, settings),
  })
}

/**
 * The token endpoint by itself (RFC 6749 section 3.2), for whoever mounts it at a path of his own.
 *
 * @throws ConfigurationError
 */
export function createTokenEndpoint(options: IssuerOptions): Handler {
  return createIssuer(options).token
}

/** RFC 6749 section 5.1, RFC 8693 section 2.2.1. */
function tokenResponse({ signed, scope, refreshToken, issuedTokenType }: GrantedToken) {
  return {
    access_token: signed.token,
    token_type: signed.tokenType,
    expires_in: signed.expiresIn,
    ...(scope.length > 0 ? { scope: scope.join(' ') } : {}),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    ...(issuedTokenType === undefined ? {} : { issued_token_type: issuedTokenType }),
  }
}
