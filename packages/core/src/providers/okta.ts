import { readOptions, type OptionReader, type OptionReaders } from '../options/read-options.js'
import { optional } from '../options/readers.js'
import type { TrustedIssuerOptions } from '../options/trusted-issuer-options.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import { claimName, expectClient, hostName, oneOrMore, requiredAudience } from './provider-readers.js'

/** What is known of an API behind a custom authorization server of Okta. */
export interface OktaOptions {
  /** The org's domain or its custom domain, without scheme: `shop.okta.com`. */
  readonly domain: string
  /** The id of the custom authorization server; `default` is there in most orgs. */
  readonly authorizationServer: string
  /** The audience of the authorization server: `api://default`. */
  readonly audience: string | readonly string[]
  /** The claim that hasRole looks at, as the authorization server defines it; default `groups`. */
  readonly roles?: string
  /** The client ids (`cid`) whose tokens are believed; all when left out. */
  readonly clients?: string | readonly string[]
}

interface OktaSettings {
  readonly domain: string
  readonly authorizationServer: string
  readonly audience: readonly string[]
  readonly roles: string
  readonly clients: readonly string[] | undefined
}

const readHostName = hostName('shop.okta.com')

const domain: OptionReader<string> = (value, option) => {
  const name = readHostName(value, option)
  if (!/-admin\.(?:okta|oktapreview|okta-emea)\.com$/.test(name)) return name
  throw new ConfigurationError(option, 'is the address of the admin console; leave out -admin')
}

const authorizationServer: OptionReader<string> = (value, option) => {
  // Under /oauth2/v1 are the endpoints of the org authorization server.
  if (value === undefined || value === null || value === '' || value === 'org' || value === 'v1') {
    throw new ConfigurationError(
      option,
      "expects the id of a custom authorization server, such as 'default': access tokens of the org authorization server are for Okta's own APIs only, and nobody else can check them",
    )
  }
  if (typeof value === 'string' && /^[A-Za-z0-9]{1,64}$/.test(value)) return value
  throw new ConfigurationError(option, "expects the id alone, such as 'default': letters and digits, no URL")
}

const readers: OptionReaders<OktaSettings> = {
  domain,
  authorizationServer,
  audience: requiredAudience('api://default'),
  roles: optional(claimName, 'groups'),
  clients: optional(oneOrMore, undefined),
}

/**
 * Access tokens of a custom authorization server of Okta, signed by RS256. Scopes are a list in `scp`. ID tokens are
 * refused by their audience and because they name no client (`cid`).
 *
 * @throws ConfigurationError when an option is wrong, unknown or missing
 */
export function okta(options: OktaOptions): TrustedIssuerOptions {
  const settings = readOptions('okta()', options, readers)
  return Object.freeze({
    issuer: `https://${settings.domain}/oauth2/${settings.authorizationServer}`,
    audience: settings.audience,
    algorithms: ['RS256'],
    profile: 'jwt',
    requiredClaims: ['cid'],
    expectedClaims: expectClient('cid', settings.clients),
    claimPaths: { scopes: ['scp'], roles: [settings.roles] },
  } satisfies TrustedIssuerOptions)
}
