import type { IncomingMessage, ServerResponse } from 'node:http'
import { readOptions, type OptionReader } from '../options/read-options.js'
import { boolean, nonEmptyString, nonEmptyStrings, optional } from '../options/readers.js'
import { readSecureUrl } from '../options/url.js'
import { ConfigurationError } from './configuration-error.js'

/** What a resource server says of itself to clients that discover it (RFC 9728 section 2). */
export interface ProtectedResourceOptions {
  /** The identifier of this service: an https URL, or http on loopback, without query and fragment. */
  readonly resource: string
  /** The issuers whose tokens are accepted here. */
  readonly authorizationServers: readonly string[]
  /** Scopes that requests to this service may need. */
  readonly scopes?: readonly string[]
  /** For people: the name of the service. */
  readonly name?: string
  /** For people: where its documentation is; https, without a fragment. */
  readonly documentation?: string
  /** Algorithms of DPoP proofs, where they are accepted (RFC 9449). */
  readonly dpopAlgorithms?: readonly string[]
  /** Whether each token must be bound to a DPoP key. */
  readonly dpopRequired?: boolean
  /** Whether tokens may be bound to a client certificate (RFC 8705). */
  readonly certificateBound?: boolean
}

/** The document, ready to be served. */
export interface ProtectedResourceMetadata {
  /** For the `resourceMetadata` option of `authenticate`, so that challenges name it. */
  readonly url: string
  /** Where it is served: the well-known part stands between the host and the path of the resource (section 3.1). */
  readonly path: string
  /** JSON, for an hour, and for pages of every origin. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /**
   * Middleware in the manner of Express and Nest, to stand before `authenticate`: answers GET and HEAD at `path`, and
   * passes on every other request; without `next`, as a handler of node:http, it answers those with 404.
   */
  readonly serve: (
    request: IncomingMessage & { readonly originalUrl?: string },
    response: ServerResponse,
    next?: () => void,
  ) => void
}

const WELL_KNOWN = '/.well-known/oauth-protected-resource'

const HEADERS = Object.freeze({
  'Content-Type': 'application/json',
  'Cache-Control': 'public, max-age=3600',
  'Access-Control-Allow-Origin': '*',
})

const secureUrl: OptionReader<string> = (value, option) => {
  const text = nonEmptyString(value, option)
  if (readSecureUrl(text, option).search === '') return text
  throw new ConfigurationError(option, 'has a query (?...) in it; remove it')
}

const secureUrls: OptionReader<readonly string[]> = (value, option) =>
  nonEmptyStrings(value, option).map((item) => secureUrl(item, option))

const documentation: OptionReader<string> = (value, option) =>
  readSecureUrl(nonEmptyString(value, option), option).href

/**
 * Makes the metadata of a protected resource (RFC 9728), by which clients that know only the address of a service
 * find its authorization server; MCP clients among them.
 *
 * @throws ConfigurationError
 */
export function protectedResourceMetadata(options: ProtectedResourceOptions): ProtectedResourceMetadata {
  const settings = readOptions<Pick<ProtectedResourceOptions, 'resource'> & Record<string, unknown>>(
    'protectedResourceMetadata()',
    options,
    {
      resource: secureUrl,
      authorizationServers: secureUrls,
      scopes: optional(nonEmptyStrings, undefined),
      name: optional(nonEmptyString, undefined),
      documentation: optional(documentation, undefined),
      dpopAlgorithms: optional(nonEmptyStrings, undefined),
      dpopRequired: optional(boolean, undefined),
      certificateBound: optional(boolean, undefined),
    },
  )
  const { resource } = settings
  const { origin, pathname } = new URL(resource)
  const path = pathname === '/' ? WELL_KNOWN : WELL_KNOWN + pathname
  const body = JSON.stringify({
    resource,
    authorization_servers: settings.authorizationServers,
    scopes_supported: settings.scopes,
    bearer_methods_supported: ['header'],
    resource_name: settings.name,
    resource_documentation: settings.documentation,
    dpop_signing_alg_values_supported: settings.dpopAlgorithms,
    dpop_bound_access_tokens_required: settings.dpopRequired,
    tls_client_certificate_bound_access_tokens: settings.certificateBound,
  })
  return Object.freeze({
    url: origin + path,
    path,
    headers: HEADERS,
    body,
    serve: (
      request: IncomingMessage & { readonly originalUrl?: string },
      response: ServerResponse,
      next?: () => void,
    ) => {
      const [asked] = (request.originalUrl ?? request.url ?? '').split('?', 1)
      const isRead = request.method === 'GET' || request.method === 'HEAD'
      if (isRead && asked === path) response.writeHead(200, HEADERS).end(body)
      else if (next === undefined) response.writeHead(404).end()
      else next()
    },
  })
}
