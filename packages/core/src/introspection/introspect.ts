import { parseStrictJson } from '../jose/strict-json.js'
import { FetchFailure } from '../keys/remote/fetch-failure.js'
import { AuthError } from '../outcome/auth-error.js'
import { createBoundedFetch } from './bounded-fetch.js'
import type { IntrospectionSettings } from './introspection-options.js'

/** What the issuer says of an active token, frozen. */
export type IntrospectedClaims = Readonly<Record<string, unknown>>

/** Asks the issuer about a token. */
export type Introspect = (token: string) => Promise<IntrospectedClaims>

/** Characters of a bearer token (RFC 6750 section 2.1); nothing else is sent on. */
const BEARER_TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/
/** Whoever invents tokens faster than the issuer answers gets a 503, and fills neither memory nor sockets. */
const ASKED_AT_ONCE = 1000

/**
 * Makes the question whether a token is active (RFC 7662), asked through oauth4webapi. The answer is taken as strictly
 * as the claims of a signed token.
 *
 * @returns a function that rejects with AuthError `token_malformed`, `token_inactive`, and `introspection_unavailable`
 *   (503) for every answer that is none: an outage of the issuer is not the caller's fault
 */
export function createIntrospect(issuer: string, settings: IntrospectionSettings): Introspect {
  const { endpoint, clientId, clientSecret, timeout } = settings
  const server = { issuer, introspection_endpoint: endpoint }
  const client = { client_id: clientId }
  const { origin, pathname } = new URL(endpoint)
  const failure = (message: string) => new FetchFailure(`${origin}${pathname} ${message}`)
  const boundedFetch = createBoundedFetch(origin + pathname, timeout)
  let asked = 0

  const ask = async (token: string): Promise<IntrospectedClaims> => {
    const oauth = await import('oauth4webapi')
    const authentication = oauth.ClientSecretBasic(clientSecret)
    const response = await oauth.introspectionRequest(server, client, authentication, token, {
      additionalParameters: { token_type_hint: 'access_token' },
      [oauth.customFetch]: boundedFetch,
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- the address was checked with the configuration: https, or http on loopback
      [oauth.allowInsecureRequests]: true,
    })
    // The library parses as JSON.parse does, which keeps the last of two members of one name.
    const claims = parseStrictJson(Buffer.from(await response.clone().arrayBuffer()))
    if (claims === undefined) throw failure('answered with no sound JSON object')
    // Nor does it see whether a member is the answer's own.
    if (!Object.hasOwn(claims, 'active')) throw failure('answered without saying whether the token is active')
    await oauth.processIntrospectionResponse(server, client, response)
    return claims
  }

  const askWithinBounds: Introspect = async (token) => {
    if (asked >= ASKED_AT_ONCE) throw failure(`has ${ASKED_AT_ONCE} questions to answer already`)
    asked++
    try {
      return await ask(token)
    } finally {
      asked--
    }
  }

  return async (token) => {
    if (!BEARER_TOKEN.test(token)) throw new AuthError('token_malformed')
    const claims = await askWithinBounds(token).catch((error: unknown) => {
      // The errors of the library hold the response, and with it what the issuer says of the token: they stay behind.
      const cause =
        error instanceof FetchFailure ? error : failure('answered with something other than RFC 7662 says')
      throw new AuthError('introspection_unavailable', { cause })
    })
    if (claims.active !== true) throw new AuthError('token_inactive')
    return claims
  }
}
