import {
  allowInsecureRequests,
  customFetch,
  discoveryRequest,
  processDiscoveryResponse,
  type AuthorizationServer,
} from 'oauth4webapi'
import { ClientError } from '../client-error.js'
import { isSecure, parseUrl } from '@portcullis/core/internal'
import { createExchange, type Exchange, type ExchangeSettings } from './exchange.js'

/** Seconds that metadata serve before they are asked for anew. */
const AGE = 3600
/** Seconds that they serve on while they cannot be had anew. */
const STALE_LIMIT = 86_400
/** Seconds between attempts while old ones serve. */
const PAUSE = 60

/** Statuses that say that there is nothing in a place. */
const NOTHING_THERE = [400, 401, 403, 404, 405, 410]

export interface MetadataSettings extends ExchangeSettings {
  /** Exactly as the metadata must have it. */
  readonly issuer: string
  readonly allowInsecureHttp: boolean
  readonly clock: () => number
}

/** Where the issuer is asked for tokens. */
export type Metadata = () => Promise<AuthorizationServer>

/** An endpoint that is configured; nothing is fetched. */
export function knownMetadata(issuer: string, tokenEndpoint: URL): Metadata {
  const server = Object.freeze({ issuer, token_endpoint: tokenEndpoint.href })
  return () => Promise.resolve(server)
}

/**
 * Finds the token endpoint by the metadata of the issuer (RFC 8414 section 3, then OpenID Connect Discovery 1.0
 * section 4). They serve for an hour, and for a day while they cannot be had anew; one fetch for any number of callers.
 *
 * @returns a function that rejects with ClientError `metadata_unavailable`, and `metadata_invalid` for those of another
 *   issuer or without a secure token endpoint
 */
export function discoveredMetadata(settings: MetadataSettings): Metadata {
  const { clock } = settings
  let known: { readonly server: AuthorizationServer; readonly at: number } | undefined
  let nextAt = Number.NEGATIVE_INFINITY
  let pending: Promise<AuthorizationServer> | undefined

  const discover = async (): Promise<AuthorizationServer> => {
    const at = clock()
    try {
      const server = await readMetadata(settings)
      known = { server, at }
      nextAt = at + AGE
      return server
    } catch (error) {
      if (known === undefined || !(at < known.at + STALE_LIMIT)) throw error
      nextAt = at + PAUSE
      return known.server
    }
  }

  return () => {
    if (known !== undefined && clock() < nextAt) return Promise.resolve(known.server)
    pending ??= discover().finally(() => {
      pending = undefined
    })
    return pending
  }
}

async function readMetadata(settings: MetadataSettings): Promise<AuthorizationServer> {
  const exchange = createExchange(settings, { code: 'metadata_unavailable', answers: NOTHING_THERE })
  const issuer = new URL(settings.issuer)
  for (const algorithm of ['oauth2', 'oidc'] as const) {
    const found = await tryPlace(issuer, algorithm, exchange)
    if (found !== undefined) return checked(found, settings)
  }
  throw new ClientError('metadata_unavailable', { detail: `${settings.issuer} has none in any known place` })
}

/** Undefined where the server answers soundly that there is nothing. */
async function tryPlace(
  issuer: URL,
  algorithm: 'oauth2' | 'oidc',
  exchange: Exchange,
): Promise<AuthorizationServer | undefined> {
  try {
    const response = await discoveryRequest(issuer, {
      algorithm,
      [allowInsecureRequests]: true,
      [customFetch]: async (url, { headers, method }) => {
        const { status, body } = await exchange(url, { headers, method })
        return new Response(JSON.stringify(body ?? {}), { status })
      },
    })
    return response.status === 200 ? await processDiscoveryResponse(issuer, response) : undefined
  } catch (error) {
    if (error instanceof ClientError) throw error
    throw new ClientError('metadata_invalid', { detail: `those of ${issuer.href} are of another issuer` })
  }
}

function checked(server: AuthorizationServer, settings: MetadataSettings): AuthorizationServer {
  const invalid = (detail: string) => new ClientError('metadata_invalid', { detail })
  // The library compares what the texts mean; what is compared later, by verifiers, is their letters.
  if (server.issuer !== settings.issuer) {
    throw invalid(`those of ${settings.issuer} name another issuer; compare it to the letter`)
  }
  const endpoint = parseUrl(server.token_endpoint ?? '')
  const isDowngrade = endpoint?.protocol === 'http:' && settings.issuer.startsWith('https:')
  const isPlain = endpoint !== undefined && `${endpoint.username}${endpoint.password}${endpoint.hash}` === ''
  const { allowInsecureHttp } = settings
  if (!isPlain || !isSecure(endpoint, allowInsecureHttp) || (isDowngrade && !allowInsecureHttp)) {
    throw invalid(`those of ${settings.issuer} name no token_endpoint with https`)
  }
  return Object.freeze({ issuer: server.issuer, token_endpoint: endpoint.href })
}
