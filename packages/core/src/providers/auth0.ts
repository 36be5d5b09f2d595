import { readOptions, type OptionReaders } from '../options/read-options.js'
import { optional } from '../options/readers.js'
import type { TrustedIssuerOptions } from '../options/trusted-issuer-options.js'
import { claimName, expectClient, hostName, oneOf, oneOrMore, requiredAudience } from './provider-readers.js'

/** What is known of an API that is registered at Auth0. */
export interface Auth0Options {
  /** The tenant's domain or its custom domain, without scheme: `shop.eu.auth0.com`. */
  readonly domain: string
  /** The identifier of the API, one or several. */
  readonly audience: string | readonly string[]
  /** The access token profile of the API; default `auth0`. `rfc9068` demands RFC 9068, its `at+jwt` type included. */
  readonly profile?: 'auth0' | 'rfc9068'
  /** The claim that an Action puts roles in, such as `https://example.com/roles`; default `roles`. */
  readonly roles?: string
  /** The client ids of the applications whose tokens are believed; all of the tenant when left out. */
  readonly clients?: string | readonly string[]
}

interface Auth0Settings {
  readonly domain: string
  readonly audience: readonly string[]
  readonly profile: 'auth0' | 'rfc9068'
  readonly roles: string
  readonly clients: readonly string[] | undefined
}

const readers: OptionReaders<Auth0Settings> = {
  domain: hostName('shop.eu.auth0.com'),
  audience: requiredAudience('https://api.example.com'),
  profile: optional(oneOf('auth0', 'rfc9068'), 'auth0'),
  roles: optional(claimName, 'roles'),
  clients: optional(oneOrMore, undefined),
}

/** What differs between the two profiles of access tokens. */
const PROFILES = {
  auth0: { profile: 'jwt', client: 'azp' },
  rfc9068: { profile: 'at+jwt', client: 'client_id' },
} as const

/**
 * Access tokens of Auth0 for one API, signed by RS256 or PS256. Scopes are in `scope`; permissions are in
 * `permissions` where the API has role-based access control and adds them to its tokens. ID tokens are refused by
 * their audience and because they do not name a client.
 *
 * @throws ConfigurationError when an option is wrong, unknown or missing
 */
export function auth0(options: Auth0Options): TrustedIssuerOptions {
  const settings = readOptions('auth0()', options, readers)
  const { profile, client } = PROFILES[settings.profile]
  return Object.freeze({
    issuer: `https://${settings.domain}/`,
    audience: settings.audience,
    algorithms: ['RS256', 'PS256'],
    profile,
    requiredClaims: [client],
    expectedClaims: expectClient(client, settings.clients),
    claimPaths: { scopes: ['scope'], roles: [settings.roles], permissions: ['permissions'] },
  } satisfies TrustedIssuerOptions)
}
