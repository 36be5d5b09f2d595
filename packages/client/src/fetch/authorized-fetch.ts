import { boolean, functionOf, optional, readOptions } from '@portcullis/core/internal'
import { ClientError } from '../client-error.js'
import type { Fetch } from '../endpoint/exchange.js'
import type { AccessToken } from '../source/access-token.js'
import type { TokenSource } from '../source/token-source.js'
import { challengeErrors } from './challenge.js'
import { readOrigins, type Origins } from './origins.js'
import { readOutgoing, toInit, type FetchInput, type Outgoing } from './outgoing.js'
import { followed, redirectOf } from './redirect.js'

export interface AuthorizedFetchOptions {
  /**
   * The origins that the token may go to, as `https://inventory.example.com`; a request to another one is refused. Left
   * out, those of the audience and the resources of the source, where these are URLs.
   */
  readonly origins?: readonly string[]
  /** Sends the requests; default Node's `fetch`. It must heed `redirect: 'manual'`. */
  readonly fetch?: Fetch
  /** Admits origins with plain http off loopback, for tests. Default false. */
  readonly allowInsecureHttp?: boolean
}

/** A `fetch` whose requests carry a token. */
export interface AuthorizedFetch {
  /**
   * As `fetch`, with a token on each request.
   *
   * @throws ClientError `origin_not_allowed`, `request_invalid`, `redirect_refused`, and those of the source
   */
  (input: FetchInput, init?: RequestInit): Promise<Response>
  /**
   * The same on behalf of the user whose token it is: verify that one before. Where it has ended, a call rejects with the
   * AuthError `token_expired` of `@portcullis/core`, which adapters answer with 401 and a challenge.
   */
  onBehalfOf(userToken: string): AuthorizedFetch
}

const MOST_REDIRECTS = 5

/**
 * Puts the token of a source on requests. None is sent without one, nor to another origin, whatever a redirect says. On
 * 401 with `invalid_token` it is sent once more with a new token, and with `use_dpop_nonce` once more with the nonce,
 * where the body can be sent again; every other answer is the caller's.
 *
 * @throws ConfigurationError
 */
export function authorizedFetch(source: TokenSource, options: AuthorizedFetchOptions = {}): AuthorizedFetch {
  const settings = readOptions<{
    origins: unknown
    fetch: Fetch
    allowInsecureHttp: boolean
  }>('authorizedFetch()', options, {
    origins: (value) => value,
    fetch: optional(functionOf<Fetch>('sends a request'), (url, init) => globalThis.fetch(url, init)),
    allowInsecureHttp: optional(boolean, false),
  })
  const origins = readOrigins(settings.origins, source.target, settings.allowInsecureHttp)
  return fetchWith(source, origins, settings.fetch)
}

function fetchWith(source: TokenSource, origins: Origins, fetch: Fetch): AuthorizedFetch {
  const authorized = async (input: FetchInput, init?: RequestInit): Promise<Response> => {
    let outgoing = readOutgoing(input, init)
    outgoing = { ...outgoing, url: origins.require(outgoing.url).href }
    const sender = createSender(source, fetch, await source.getToken({ signal: outgoing.signal }))
    for (let redirects = 0; ; redirects++) {
      const response = await sender(outgoing)
      const location = redirectOf(response)
      if (location === undefined || outgoing.redirect === 'manual') return response
      await response.body?.cancel()
      if (outgoing.redirect === 'error' || redirects === MOST_REDIRECTS) {
        throw new ClientError('redirect_refused')
      }
      outgoing = followed(outgoing, location, response.status)
    }
  }
  return Object.assign(authorized, {
    onBehalfOf: (userToken: string) => fetchWith(source.onBehalfOf(userToken), origins, fetch),
  })
}

/** Sends what belongs to one call: in all of it there is one new token and one nonce, however many redirects. */
function createSender(source: TokenSource, fetch: Fetch, first: AccessToken) {
  let token = first
  let mayRenew = true
  let mayProveAgain = true

  const renewed = async ({ signal }: Outgoing, response: Response): Promise<boolean> => {
    mayRenew = false
    const next = await source.getToken({ signal, refused: token }).catch(async (error: unknown) => {
      await response.body?.cancel()
      throw error
    })
    const isNew = next.token !== token.token
    token = next
    return isNew
  }

  return async (outgoing: Outgoing): Promise<Response> => {
    for (;;) {
      const { url, method, isRepeatable } = outgoing
      const response = await fetch(url, toInit(outgoing, await token.headersFor({ method, url })))
      const hasNonce = token.learnNonce(url, response.headers)
      if (response.status !== 401 || !isRepeatable) return response
      const errors = await challengeErrors(response.headers)
      if (mayProveAgain && hasNonce && errors.includes('use_dpop_nonce')) mayProveAgain = false
      else if (!mayRenew || !errors.includes('invalid_token')) return response
      else if (!(await renewed(outgoing, response))) return response
      await response.body?.cancel()
    }
  }
}
