import type { IssuerResolver } from '../keys/issuer-resolver.js'
import { readOptions, type OptionReader, type OptionReaders } from '../options/read-options.js'
import { nonEmptyStrings } from '../options/readers.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import {
  checkEntraApi,
  entraApiReaders,
  entraIssuer,
  tenantId,
  trustEntraTenant,
  type EntraApiOptions,
  type EntraApiSettings,
} from './entra.js'

/**
 * Says whether a tenant may come; only `true` lets it. A rejection says that it cannot be known now (503).
 *
 * The tenant id is a GUID in lower case, from an unproven token: look it up as a bound parameter.
 */
export type TenantPredicate = (tenant: string) => boolean | Promise<boolean>

/** What is known of an API that several tenants use. */
export interface EntraTenantsOptions extends EntraApiOptions {
  /** The tenants that may come: their ids, GUIDs in lower case, or a predicate where they come and go. */
  readonly tenants: readonly string[] | TenantPredicate
}

interface EntraTenantsSettings extends EntraApiSettings {
  readonly tenants: TenantPredicate
}

const tenants: OptionReader<TenantPredicate> = (value, option) => {
  if (typeof value === 'function') return value as TenantPredicate
  if (Array.isArray(value)) {
    const listed = nonEmptyStrings(value, option)
    const known = new Set(listed.map((tenant, index) => tenantId(tenant, `${option}[${index}]`)))
    return (tenant) => known.has(tenant)
  }
  throw new ConfigurationError(
    option,
    'expects the tenant ids as a list, or a function that is given one and answers true or false',
  )
}

const readers: OptionReaders<EntraTenantsSettings> = { tenants, ...entraApiReaders }

/** The one place in which an issuer has a tenant id; what is around it is compared afterwards. */
const TENANT_ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/

/**
 * A resolver for an API that several tenants of Microsoft Entra ID use: `resolveIssuer: entraTenants({ ... })`. Each
 * tenant is an issuer of its own, with its own keys; its tokens are believed as by {@link entra}.
 *
 * @throws ConfigurationError when an option is wrong, unknown or missing
 */
export function entraTenants(options: EntraTenantsOptions): IssuerResolver {
  const settings = readOptions('entraTenants()', options, readers)
  checkEntraApi(settings)
  return async (candidate) => {
    const tenant = TENANT_ID.exec(candidate)?.[0]
    if (tenant === undefined || entraIssuer(tenant, settings) !== candidate) return undefined
    const allowed: unknown = await settings.tenants(tenant)
    return allowed === true ? trustEntraTenant(tenant, settings) : undefined
  }
}
