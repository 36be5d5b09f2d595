import { readOptions, type OptionReader, type OptionReaders } from '../options/read-options.js'
import { optional } from '../options/readers.js'
import type { TrustedIssuerOptions } from '../options/trusted-issuer-options.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import { expectClient, isGuid, oneOf, oneOrMore, requiredAudience } from './provider-readers.js'

/** What is known of an API that is registered at Microsoft Entra ID, whoever the tenant is. */
export interface EntraApiOptions {
  /** In v2.0 tokens the client id (a GUID) of the API; in v1.0 tokens that or its application id URI (`api://...`). */
  readonly audience: string | readonly string[]
  /** The version of its access tokens, which the manifest of the API decides and not the client; default `2.0`. */
  readonly version?: '1.0' | '2.0'
  /** The cloud that the tenant is in; default `global`. */
  readonly cloud?: EntraCloud
  /** The claim that hasRole looks at: app roles, object ids of groups, or ids of directory roles; default `roles`. */
  readonly roles?: 'roles' | 'groups' | 'wids'
  /** The client ids (`azp`, in v1.0 tokens `appid`) whose tokens are believed; all of the tenant when left out. */
  readonly clients?: string | readonly string[]
}

/** The same, with the one tenant whose users and services may come. */
export interface EntraOptions extends EntraApiOptions {
  /** The tenant (directory) id: a GUID, in lower case. For several tenants see {@link entraTenants}. */
  readonly tenant: string
}

export type EntraCloud = 'global' | 'us-government' | 'china'

export interface EntraApiSettings {
  readonly audience: readonly string[]
  readonly version: '1.0' | '2.0'
  readonly cloud: EntraCloud
  readonly roles: 'roles' | 'groups' | 'wids'
  readonly clients: readonly string[] | undefined
}

interface EntraSettings extends EntraApiSettings {
  readonly tenant: string
}

/** Where tokens of version 2.0 come from. */
const AUTHORITIES: Readonly<Record<EntraCloud, string>> = {
  global: 'https://login.microsoftonline.com',
  'us-government': 'https://login.microsoftonline.us',
  china: 'https://login.partner.microsoftonline.cn',
}
/** Names of groups of tenants, which no token was ever issued by. */
const MULTI_TENANT = ['common', 'organizations', 'consumers']

/** What differs between the versions: ID tokens have neither of the claims that name the client. */
const VERSIONS = {
  '1.0': { issuer: (tenant: string) => `https://sts.windows.net/${tenant}/`, client: 'appid' },
  '2.0': {
    issuer: (tenant: string, cloud: EntraCloud) => `${AUTHORITIES[cloud]}/${tenant}/v2.0`,
    client: 'azp',
  },
} as const

/** A tenant id, compared as it stands in issuers. */
export const tenantId: OptionReader<string> = (value, option) => {
  if (typeof value === 'string' && isGuid(value)) return value
  if (MULTI_TENANT.some((name) => name === value)) {
    throw new ConfigurationError(
      option,
      'names no tenant: every token is issued by the tenant of its user; use resolveIssuer: entraTenants({ tenants: [...] }) for several',
    )
  }
  throw new ConfigurationError(
    option,
    'expects the tenant (directory) id, a GUID in lower case; a domain such as contoso.onmicrosoft.com never stands in a token',
  )
}

export const entraApiReaders: OptionReaders<EntraApiSettings> = {
  audience: requiredAudience('11111111-2222-3333-4444-555555555555'),
  version: optional(oneOf('1.0', '2.0'), '2.0'),
  cloud: optional(oneOf('global', 'us-government', 'china'), 'global'),
  roles: optional(oneOf('roles', 'groups', 'wids'), 'roles'),
  clients: optional(oneOrMore, undefined),
}

const readers: OptionReaders<EntraSettings> = { tenant: tenantId, ...entraApiReaders }

/** @throws ConfigurationError for what one option alone cannot show */
export function checkEntraApi({ audience, version, cloud }: EntraApiSettings): void {
  if (version === '1.0' && cloud !== 'global') {
    throw new ConfigurationError(
      'version',
      "'1.0' is for the global cloud; have the manifest of the API ask for version 2 (requestedAccessTokenVersion)",
    )
  }
  if (version === '2.0' && !audience.every(isGuid)) {
    throw new ConfigurationError(
      'audience',
      "expects the client id of the API, a GUID in lower case: v2.0 tokens name no application id URI (api://...), only version '1.0' does",
    )
  }
}

/** The issuer that tokens of a tenant name. */
export function entraIssuer(tenant: string, { version, cloud }: EntraApiSettings): string {
  return VERSIONS[version].issuer(tenant, cloud)
}

/** For whoever has read the options. */
export function trustEntraTenant(tenant: string, settings: EntraApiSettings): TrustedIssuerOptions {
  const { client } = VERSIONS[settings.version]
  return Object.freeze({
    issuer: entraIssuer(tenant, settings),
    audience: settings.audience,
    algorithms: ['RS256'],
    profile: 'jwt',
    requiredClaims: [client],
    expectedClaims: { ver: settings.version, tid: tenant, ...expectClient(client, settings.clients) },
    // Application permissions are in `roles` too: a client that acts for itself has those instead of scopes.
    claimPaths: { scopes: ['scp'], roles: [settings.roles], permissions: ['roles'] },
  } satisfies TrustedIssuerOptions)
}

/**
 * Access tokens of one tenant of Microsoft Entra ID for one API, signed by RS256. The tenant that the token names
 * (`tid`) must be that of the issuer. Delegated scopes are in `scp`; app roles, and the permissions of applications
 * that act for themselves, are in `roles`. ID tokens are refused, since they name no client.
 *
 * @throws ConfigurationError when an option is wrong, unknown or missing
 */
export function entra(options: EntraOptions): TrustedIssuerOptions {
  const settings = readOptions('entra()', options, readers)
  checkEntraApi(settings)
  return trustEntraTenant(settings.tenant, settings)
}
