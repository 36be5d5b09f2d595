import { readOptions, type OptionReader, type OptionReaders } from '../options/read-options.js'
import { nonEmptyString, optional } from '../options/readers.js'
import type { TrustedIssuerOptions } from '../options/trusted-issuer-options.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import { claimName, oneOf, oneOrMore } from './provider-readers.js'

/** What is known of a service behind a user pool of Amazon Cognito. */
export interface CognitoOptions {
  /** Begins with its region: `eu-central-1_AbC123xyz`. */
  readonly userPoolId: string
  /** The app clients whose tokens are believed: access tokens name them instead of an audience. */
  readonly clientId: string | readonly string[]
  /** The pool's region; read from the pool's id, and checked against it when given. */
  readonly region?: string
  /** The `Type` of the pool's issuer configuration; default `original`. */
  readonly issuerType?: 'original' | 'updated'
  /** The resource server, where clients bind their tokens to one (RFC 8707); only then is there an `aud`. */
  readonly audience?: string | readonly string[]
  /** The claim that hasRole looks at; default `cognito:groups`. */
  readonly roles?: string
}

interface CognitoSettings {
  readonly userPoolId: string
  readonly clientId: readonly string[]
  readonly region: string | undefined
  readonly issuerType: 'original' | 'updated'
  readonly audience: readonly string[] | null
  readonly roles: string
}

const USER_POOL_ID = /^(?=.{1,55}$)([a-z]{2}-(?:gov-)?[a-z]+-\d)_[0-9A-Za-z]+$/
const HOSTS = { original: 'cognito-idp', updated: 'issuer-cognito-idp' } as const

const userPoolId: OptionReader<string> = (value, option) => {
  if (typeof value === 'string' && USER_POOL_ID.test(value)) return value
  throw new ConfigurationError(
    option,
    "expects the user pool's id, such as 'eu-central-1_AbC123xyz'; not its name, its ARN or its domain",
  )
}

const clientId: OptionReader<readonly string[]> = (value, option) => {
  if (value !== undefined && value !== null) return oneOrMore(value, option)
  throw new ConfigurationError(
    option,
    'is missing: name the app clients whose tokens are believed; without it, those of every client of the pool would pass',
  )
}

const readers: OptionReaders<CognitoSettings> = {
  userPoolId,
  clientId,
  region: optional(nonEmptyString, undefined),
  issuerType: optional(oneOf('original', 'updated'), 'original'),
  audience: optional(oneOrMore, null),
  roles: optional(claimName, 'cognito:groups'),
}

/**
 * Access tokens of an Amazon Cognito user pool, signed by RS256. They have no `aud` unless they are bound to a
 * resource server, so that the app client is checked instead; `token_use: access` keeps ID tokens out. Scopes are in
 * `scope`, groups in `cognito:groups`.
 *
 * @throws ConfigurationError when an option is wrong, unknown or missing
 */
export function cognito(options: CognitoOptions): TrustedIssuerOptions {
  const settings = readOptions('cognito()', options, readers)
  const [region = ''] = settings.userPoolId.split('_')
  if (settings.region !== undefined && settings.region !== region) {
    throw new ConfigurationError('region', `differs from the region in userPoolId, which is ${region}`)
  }
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return Object.freeze({
    issuer: `https://${HOSTS[settings.issuerType]}.${region}.${domain}/${settings.userPoolId}`,
    audience: settings.audience,
    algorithms: ['RS256'],
    profile: 'jwt',
    expectedClaims: { token_use: 'access', client_id: settings.clientId },
    claimPaths: { scopes: ['scope'], roles: [settings.roles] },
  } satisfies TrustedIssuerOptions)
}
