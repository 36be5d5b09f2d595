import { ConfigurationError } from '@portcullis/core'
import {
  boolean,
  clockOrSystem,
  functionOf,
  numberBetween,
  optional,
  readOptions,
  wholeNumberBetween,
  withMethods,
  type OptionReader,
} from '@portcullis/core/internal'
import { clientAuthentication, type Credential } from '../credentials/credential.js'
import { signingOf, type OwnSigner } from '../credentials/own-signer.js'
import { readPrivateKey, type PrivateKey, type PrivateKeyOptions } from '../credentials/private-key.js'
import type { Fetch } from '../endpoint/exchange.js'
import type { RefreshTokenStorage } from '../grants/refresh-token.js'
import { visibleText } from '../options/visible-text.js'
import { readTokenUrl } from '../options/token-url.js'
import type { TokenSourceEvent } from './events.js'
import { audience, resource, scope, type TokenTarget } from './wanted-token.js'

export interface TokenSourceOptions extends TokenTarget {
  /** The issuer, exactly as its metadata name it (https; http on loopback). Left out with `ownSigner()` only. */
  readonly issuer?: string
  /** The id of this service at the issuer. */
  readonly clientId: string
  /** `clientSecret()`, `privateKeyJwt()`, `apiKey()` or `publicClient()`; or `ownSigner()`, which asks no issuer. */
  readonly credential: Credential | OwnSigner
  /** For an issuer without metadata (RFC 8414): where it gives tokens. */
  readonly tokenEndpoint?: string
  /** Tokens come by a refresh token that is kept here, in the place of client credentials. */
  readonly refreshToken?: RefreshTokenStorage
  /**
   * Tokens are bound to a key (RFC 9449): `true` for an ES256 key that lives as long as the process, or a key of your
   * own. A token that is not bound is then refused. Default false.
   */
  readonly dpop?: boolean | PrivateKeyOptions
  /** Seconds for one exchange with the issuer, the body included, 0.1 to 60; default 5. */
  readonly timeout?: number
  /** How many tokens are kept of the service itself, and as many again of users, 1 to 100 000; default 1000. */
  readonly maxTokens?: number
  /** Seconds of the pause after a failure, 0.1 to 60; each further one doubles it. Default 1. */
  readonly backoff?: number
  /** Seconds of the longest pause, 1 to 600; default 60. */
  readonly backoffLimit?: number
  /** Failures in a row after which the endpoint gets pauses, whatever token is asked for, 1 to 100; default 5. */
  readonly breakerThreshold?: number
  /** Sends the requests to the issuer: for proxies and certificates of your own. Default Node's `fetch`. */
  readonly fetch?: Fetch
  /** Admits plain http off loopback, for tests. Default false. */
  readonly allowInsecureHttp?: boolean
  /** Is told what happens, also in the background; no token in it. */
  readonly onEvent?: (event: TokenSourceEvent) => void
  /** Seconds since the epoch; default the system's clock. */
  readonly clock?: () => number
}

export type TokenSourceSettings = ReturnType<typeof readTokenSourceOptions>

const LONGEST_ID = 1024

const key: OptionReader<PrivateKey | boolean> = (value, option) => {
  if (typeof value === 'boolean') return value
  if (typeof value === 'object' && value !== null) return readPrivateKey(value as PrivateKeyOptions, option)
  throw new ConfigurationError(option, 'expects true, false or { key, algorithm }')
}

const storage = withMethods<RefreshTokenStorage>(
  ['load', 'save'],
  'an object with the functions load and save',
)

const credential: OptionReader<
  | { readonly authenticate: ReturnType<typeof clientAuthentication> }
  | NonNullable<ReturnType<typeof signingOf>>
> = (value, option) => signingOf(value) ?? { authenticate: clientAuthentication(value, option) }

/** @throws ConfigurationError */
export function readTokenSourceOptions(options: TokenSourceOptions) {
  const settings = readOptions<{
    issuer: string | undefined
    clientId: string
    credential: ReturnType<typeof credential>
    tokenEndpoint: string | undefined
    refreshToken: RefreshTokenStorage | undefined
    audience: string | undefined
    scope: readonly string[] | undefined
    resource: readonly string[]
    dpop: PrivateKey | boolean
    timeout: number
    maxTokens: number
    backoff: number
    backoffLimit: number
    breakerThreshold: number
    fetch: Fetch
    allowInsecureHttp: boolean
    onEvent: (event: TokenSourceEvent) => void
    clock: () => number
  }>('createTokenSource()', options, {
    issuer: optional(visibleText(LONGEST_ID, 'the URL of the issuer'), undefined),
    clientId: visibleText(LONGEST_ID, 'the id of the client'),
    credential,
    tokenEndpoint: optional(visibleText(LONGEST_ID, 'a URL'), undefined),
    refreshToken: optional(storage, undefined),
    audience: optional(audience, undefined),
    scope: optional(scope, undefined),
    resource: optional(resource, Object.freeze([])),
    dpop: optional(key, false),
    timeout: optional(numberBetween(0.1, 60, 'seconds'), 5),
    maxTokens: optional(wholeNumberBetween(1, 100_000, 'tokens'), 1000),
    backoff: optional(numberBetween(0.1, 60, 'seconds'), 1),
    backoffLimit: optional(numberBetween(1, 600, 'seconds'), 60),
    breakerThreshold: optional(wholeNumberBetween(1, 100, 'failures'), 5),
    fetch: optional(functionOf<Fetch>('sends a request'), (url, init) => globalThis.fetch(url, init)),
    allowInsecureHttp: optional(boolean, false),
    onEvent: optional(functionOf<(event: TokenSourceEvent) => void>('takes an event'), () => undefined),
    clock: clockOrSystem,
  })
  if (!('signer' in settings.credential)) return { ...settings, ...readEndpoint(settings) }
  requireSigning(settings, settings.credential.signer.issuer)
  return { ...settings, issuer: settings.credential.signer.issuer, tokenEndpoint: undefined }
}

function readEndpoint(settings: {
  readonly issuer: string | undefined
  readonly tokenEndpoint: string | undefined
  readonly allowInsecureHttp: boolean
}): { readonly issuer: string; readonly tokenEndpoint: URL | undefined } {
  const { issuer, tokenEndpoint, allowInsecureHttp } = settings
  if (issuer === undefined) throw new ConfigurationError('issuer', 'expects the URL of the issuer')
  if (readTokenUrl(issuer, 'issuer', allowInsecureHttp).search !== '') {
    throw new ConfigurationError('issuer', 'has a query (?...) in it; remove it')
  }
  if (tokenEndpoint === undefined) return { issuer, tokenEndpoint }
  return { issuer, tokenEndpoint: readTokenUrl(tokenEndpoint, 'tokenEndpoint', allowInsecureHttp) }
}

/** Options that a source which asks nobody cannot follow are refused, not ignored. */
function requireSigning(
  given: Partial<Record<'issuer' | 'tokenEndpoint' | 'refreshToken' | 'audience', unknown>> & {
    readonly resource: readonly string[]
  },
  signerIssuer: string,
): void {
  if (given.issuer !== undefined && given.issuer !== signerIssuer) {
    throw new ConfigurationError('issuer', 'is another one than that of the signer; leave it out')
  }
  const ignored = (['tokenEndpoint', 'refreshToken'] as const).find((name) => given[name] !== undefined)
  if (ignored !== undefined) throw new ConfigurationError(ignored, 'has no meaning with ownSigner()')
  if (given.resource.length > 0) throw new ConfigurationError('resource', 'write audience with ownSigner()')
  if (given.audience === undefined) {
    throw new ConfigurationError('audience', 'expects the service that the tokens are for')
  }
}
