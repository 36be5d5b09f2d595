import { ConfigurationError, type Revocation } from '@portcullis/core'
import type { Issuer } from '@portcullis/issuer'
import {
  readOptions,
  type OptionReader,
  clockOrSystem,
  functionOf,
  nonEmptyString,
  oneOf,
  optional,
  wholeNumberBetween,
  withMethods,
  parseUrl,
} from '@portcullis/core/internal'
import type { CookieSettings } from '../cookies/session-cookies.js'
import { domain, origin, origins, path } from '../options/addresses.js'
import { memorySessionStore } from '../store/memory-session-store.js'
import type { SessionStore } from '../store/session-store.js'

/** Where ended sessions are told to services; `memoryRevocationStore()` of core is one, for one process. */
export interface SessionRevocations {
  revoke(revocation: Revocation): void | Promise<void>
}

/** What `Clear-Site-Data` may clear, for the whole domain. */
export type SiteData = 'cache' | 'cookies' | 'storage'

export interface SessionsOptions {
  /** `createIssuer()`: its `refreshIdle`, `refreshLifetime` and `lifetime` are the limits of sessions. */
  readonly issuer: Issuer
  /** A client of the issuer with the grant `refresh_token`. */
  readonly clientId: string
  /** Scheme, host and port under which browsers address the routes, such as `https://id.example.com`. */
  readonly publicOrigin: string
  /**
   * Where services learn that a session has ended, which they ask by their option `revocation`; `null`, on purpose and
   * in sight, lets access tokens live on until they expire.
   */
  readonly revocation: SessionRevocations | null
  /** The domain whose hosts share the access token; default this host alone, which is stronger. */
  readonly domain?: string
  /** Further origins whose pages may use the routes and be returned to; default none. */
  readonly origins?: readonly string[]
  /** The path of the refresh route; the other routes lie below it. Default `/session`. */
  readonly path?: string
  /** Where people sign in: a path, or a URL of one of the origins. Default: who has no session is answered 401. */
  readonly signInUrl?: string
  /** Default `lax`; with `strict`, who follows a link from elsewhere comes without a session. */
  readonly sameSite?: 'lax' | 'strict'
  /** Default in memory, for one process. */
  readonly store?: SessionStore
  /** Sessions of one user, 1 to 1000; default 20. One more ends the one that was used least recently. */
  readonly maxSessions?: number
  /** What browsers clear on sign-out; default all of it. */
  readonly clearSiteData?: readonly SiteData[]
  /** Told of what happens, for an audit trail: no token is in it. What it throws is ignored. */
  readonly onEvent?: (event: SessionEvent) => void
  /** Seconds since the epoch; default the system's clock. */
  readonly clock?: () => number
}

/** Something that an audit trail wants to know. */
export interface SessionEvent {
  readonly kind: 'signed_in' | 'session_ended' | 'refresh_token_reused'
  readonly subject: string
  readonly sessionId: string
}

export type SessionsSettings = Omit<
  Required<SessionsOptions>,
  'domain' | 'path' | 'sameSite' | 'signInUrl'
> & {
  readonly cookies: CookieSettings
  readonly signInUrl: string | undefined
}

const SITE_DATA: readonly SiteData[] = ['cache', 'cookies', 'storage']

const siteData: OptionReader<readonly SiteData[]> = (value, option) => {
  if (!Array.isArray(value)) throw new ConfigurationError(option, `expects some of ${SITE_DATA.join(', ')}`)
  return Object.freeze(value.map((item) => oneOf(SITE_DATA)(item, option)))
}

/** @throws ConfigurationError */
export function readSessionsOptions(options: SessionsOptions): SessionsSettings {
  const now = clockOrSystem(options.clock, 'clock')
  const given = readOptions<Omit<SessionsSettings, 'cookies'> & Partial<CookieSettings>>(
    'createSessions()',
    options,
    {
      issuer: withMethods<Issuer>(
        ['signIn', 'refresh', 'signOut', 'endSignIn', 'readAccessToken'],
        'createIssuer({ ... })',
      ),
      clientId: nonEmptyString,
      publicOrigin: origin,
      revocation: (value, option) => {
        if (value === null) return null
        return withMethods<SessionRevocations>(
          ['revoke'],
          'a revocation store that services ask, such as memoryRevocationStore(); null lets access tokens live on',
        )(value, option)
      },
      domain: optional(domain, undefined),
      origins: optional(origins, []),
      path: optional(path, '/session'),
      signInUrl: optional(nonEmptyString, undefined),
      sameSite: optional(oneOf<'lax' | 'strict'>(['lax', 'strict']), 'lax'),
      store: (value, option) =>
        value === undefined
          ? memorySessionStore({ clock: now })
          : withMethods<SessionStore>(['create', 'find', 'touch', 'list', 'remove'], 'a session store')(
              value,
              option,
            ),
      maxSessions: optional(wholeNumberBetween(1, 1000, 'sessions'), 20),
      clearSiteData: optional(siteData, SITE_DATA),
      onEvent: optional(functionOf<(event: SessionEvent) => void>('is told of events'), () => undefined),
      clock: () => now,
    },
  )
  const { domain: shared, path: refreshPath = '/session', sameSite = 'lax', ...rest } = given
  const host = new URL(given.publicOrigin).hostname
  if (shared !== undefined && host !== shared && !host.endsWith(`.${shared}`)) {
    throw new ConfigurationError('domain', 'expects a domain that the host of publicOrigin belongs to')
  }
  return Object.freeze({
    ...rest,
    signInUrl: signInUrl(given.signInUrl, [given.publicOrigin, ...given.origins], refreshPath),
    cookies: Object.freeze({ domain: shared, path: refreshPath, sameSite }),
  })
}

function signInUrl(text: string | undefined, origins: readonly string[], refreshPath: string) {
  if (text === undefined) return undefined
  const url = parseUrl(text, origins[0])
  if (url === undefined || !origins.includes(url.origin) || url.pathname === refreshPath) {
    throw new ConfigurationError('signInUrl', 'expects a path, or a URL of publicOrigin or of one of origins')
  }
  return url.href
}
