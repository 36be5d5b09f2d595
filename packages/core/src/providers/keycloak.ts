import { readOptions, type OptionReader, type OptionReaders } from '../options/read-options.js'
import { nonEmptyString, optional } from '../options/readers.js'
import type { TrustedIssuerOptions } from '../options/trusted-issuer-options.js'
import { readSecureUrl } from '../options/url.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import { claimName, expectClient, oneOrMore } from './provider-readers.js'

/** Where roles are: of the realm, of one client, or in a claim that a mapper makes, such as `groups`. */
export type KeycloakRoles = 'realm' | { readonly client: string } | { readonly claim: string }

/** What is known of a service behind Keycloak. */
export interface KeycloakOptions {
  /** The server's address as tokens have it: `https://id.example.com`, with `/auth` where the server is under it. */
  readonly url: string
  readonly realm: string
  /**
   * This service's client id, which an audience mapper or one of its client roles puts into `aud`. Only with
   * `clients` may it be null: every client of the realm could otherwise send its tokens here.
   */
  readonly audience: string | readonly string[] | null
  /** What hasRole looks at; default `realm`. */
  readonly rolesOf?: KeycloakRoles
  /** The client ids (`azp`) whose tokens are believed; all of the realm when left out. */
  readonly clients?: string | readonly string[]
}

interface KeycloakSettings {
  readonly url: string
  readonly realm: string
  readonly audience: readonly string[] | null
  readonly rolesOf: readonly string[]
  readonly clients: readonly string[] | undefined
}

/** A realm's name stands in the issuer as it is; one that would have to be escaped cannot be guessed. */
const REALM = /^[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,254}$/

const url: OptionReader<string> = (value, option) => {
  const { origin, pathname, search } = readSecureUrl(nonEmptyString(value, option), option)
  if (search !== '') throw new ConfigurationError(option, 'has a query (?...) in it; remove it')
  if (/\/realms(?:\/|$)/.test(pathname)) {
    throw new ConfigurationError(
      option,
      "expects the server's address, the part before /realms/; name the realm by the realm option",
    )
  }
  return origin + pathname.replace(/\/+$/, '')
}

const realm: OptionReader<string> = (value, option) => {
  if (typeof value === 'string' && REALM.test(value)) return value
  throw new ConfigurationError(
    option,
    "expects the realm's name, such as 'shop': letters, digits, '.', '_', '~' and '-'; for another one, override issuer",
  )
}

const audience: OptionReader<readonly string[] | null> = (value, option) => {
  if (value === null) return null
  if (value !== undefined) return oneOrMore(value, option)
  throw new ConfigurationError(
    option,
    "is missing: name this service's client id, and have an audience mapper put it into its tokens; null is possible with clients",
  )
}

const rolesOf: OptionReader<readonly string[]> = (value, option) => {
  if (value === undefined || value === 'realm') return ['realm_access', 'roles']
  const given: Readonly<Record<string, unknown>> = typeof value === 'object' ? { ...value } : {}
  const [name, ...more] = Object.keys(given)
  if (more.length === 0 && name === 'client') {
    return ['resource_access', nonEmptyString(given.client, `${option}.client`), 'roles']
  }
  if (more.length === 0 && name === 'claim') return [claimName(given.claim, `${option}.claim`)]
  throw new ConfigurationError(option, "expects 'realm', { client: '<client id>' } or { claim: 'groups' }")
}

const readers: OptionReaders<KeycloakSettings> = {
  url,
  realm,
  audience,
  rolesOf,
  clients: optional(oneOrMore, undefined),
}

/**
 * Access tokens of a Keycloak realm, told from its ID, refresh, offline and logout tokens by the claim `typ`: `Bearer`, or `DPoP`
 * for one that is bound to a key.
 * The key ring of the realm decides among the public-key algorithms. Scopes are in `scope`.
 *
 * @throws ConfigurationError when an option is wrong, unknown or missing
 */
export function keycloak(options: KeycloakOptions): TrustedIssuerOptions {
  const settings = readOptions('keycloak()', options, readers)
  if (settings.audience === null && settings.clients === undefined) {
    throw new ConfigurationError(
      'audience',
      'is null, so that clients must say whose tokens are believed; otherwise those of every client of the realm would pass',
    )
  }
  return Object.freeze({
    issuer: `${settings.url}/realms/${settings.realm}`,
    audience: settings.audience,
    algorithms: [
      ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
      ...(['ES256', 'ES384', 'ES512', 'EdDSA'] as const),
    ],
    profile: 'jwt',
    // A token that is bound to a key says DPoP; it has a `cnf`, which demands the proof.
    expectedClaims: { typ: ['Bearer', 'DPoP'], ...expectClient('azp', settings.clients) },
    claimPaths: { scopes: ['scope'], roles: settings.rolesOf },
  } satisfies TrustedIssuerOptions)
}
