import { ConfigurationError } from '@portcullis/core'
import {
  readOptions,
  type OptionReader,
  clockOrSystem,
  functionOf,
  isSecure,
  nonEmptyString,
  oneOf,
  optional,
  wholeNumberBetween,
  withMethods,
  parseUrl,
} from '@portcullis/core/internal'
import { path } from '../options/addresses.js'
import type { Sessions, SessionUser } from '../sessions/sessions.js'

/** What the provider says of a user: the claims of a checked ID token. */
export interface ProviderUser {
  readonly iss: string
  readonly sub: string
  readonly [claim: string]: unknown
}

export interface SingleSignOnOptions {
  /** `createSessions()`. */
  readonly sessions: Sessions
  /** The provider, as it stands in `iss` and in its metadata: https, or http on loopback. */
  readonly provider: string
  /** This application at the provider; its redirect URI is `publicOrigin`, `path` and `/callback`. */
  readonly clientId: string
  /** Default: a public client, with PKCE alone. */
  readonly clientSecret?: string
  /** How the secret is presented; default `basic`, which every provider must take (RFC 6749 section 2.3.1). */
  readonly clientAuthentication?: 'basic' | 'post'
  /**
   * Says who the user is here, and what he may do; undefined lets nobody in. Two providers may give two people one
   * `sub`: name the provider in yours.
   */
  readonly userFor: (user: ProviderUser) => SessionUser | undefined | Promise<SessionUser | undefined>
  /** 32 bytes, by which the cookie of a sign-in under way is sealed; the same in all processes. */
  readonly cookieSecret: Uint8Array
  /** Scopes to ask for; default `openid`. */
  readonly scope?: string
  /** Where the routes lie: GET `path` begins, GET `path/callback` ends. Default `/sign-in/openid`. */
  readonly path?: string
  /** Seconds that a sign-in may take, 60 to 3600; default 600. */
  readonly maxAge?: number
  /** Seconds to wait for the provider, 1 to 60; default 10. */
  readonly timeout?: number
  /** Seconds since the epoch; default the system's clock. */
  readonly clock?: () => number
}

export type SingleSignOnSettings = Omit<Required<SingleSignOnOptions>, 'clientSecret' | 'provider'> & {
  readonly clientSecret: string | undefined
  readonly provider: URL
}

const SECRET_BYTES = 32

const provider: OptionReader<URL> = (value, option) => {
  const url = typeof value === 'string' ? parseUrl(value) : undefined
  if (url !== undefined && isSecure(url) && url.search === '' && url.hash === '' && url.username === '')
    return url
  throw new ConfigurationError(
    option,
    'expects an https URL, as the provider writes it in iss (http on loopback only)',
  )
}

/** @throws ConfigurationError */
export function readSingleSignOnOptions(options: SingleSignOnOptions): SingleSignOnSettings {
  return readOptions<SingleSignOnSettings>('createSingleSignOn()', options, {
    sessions: withMethods<Sessions>(['signIn', 'returnAddress'], 'createSessions({ ... })'),
    provider,
    clientId: nonEmptyString,
    clientSecret: optional(nonEmptyString, undefined),
    clientAuthentication: optional(oneOf<'basic' | 'post'>(['basic', 'post']), 'basic'),
    userFor: functionOf<SingleSignOnOptions['userFor']>(
      'is given the claims and answers a user or undefined',
    ),
    cookieSecret(value, option) {
      if (value instanceof Uint8Array && value.byteLength === SECRET_BYTES) return Uint8Array.from(value)
      throw new ConfigurationError(
        option,
        `expects ${SECRET_BYTES} random bytes, such as randomBytes(${SECRET_BYTES})`,
      )
    },
    scope(value, option) {
      const scope = value === undefined ? 'openid' : nonEmptyString(value, option)
      if (scope.split(' ').includes('openid')) return scope
      throw new ConfigurationError(option, "expects 'openid' among the scopes")
    },
    path: optional(path, '/sign-in/openid'),
    maxAge: optional(wholeNumberBetween(60, 3600, 'seconds'), 600),
    timeout: optional(wholeNumberBetween(1, 60, 'seconds'), 10),
    clock: clockOrSystem,
  })
}
