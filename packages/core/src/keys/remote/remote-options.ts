import { validateHeaderName, validateHeaderValue, type Agent } from 'node:http'
import { ConfigurationError } from '../../outcome/configuration-error.js'
import { readOptions, type OptionReader, type OptionReaders } from '../../options/read-options.js'
import { boolean, functionOf, numberBetween, optional, wholeNumberBetween } from '../../options/readers.js'

/** The part of jwks-rsa's `JwksClient` that is used. */
export interface KeysClient {
  /** The list of keys of a JWKS. */
  getKeys(): Promise<unknown>
}

/** How keys are fetched and kept. All times are in seconds. */
export interface RemoteJwksOptions {
  /** Age at which keys are no longer trusted while the endpoint answers, 1 to 86,400; default 600. */
  readonly ageLimit?: number
  /** The least to which `Cache-Control: max-age` of the endpoint may shorten the age limit, 1 to 86,400; default 30. */
  readonly minimumAge?: number
  /** The share of the age limit after which keys are refreshed in the background, 0.1 to 0.95; default 0.8. */
  readonly refreshAt?: number
  /** Age up to which the last good keys serve while the endpoint fails, up to 604,800; default 86,400. */
  readonly staleLimit?: number
  /** Wait after a failed attempt, which doubles with each further one, 0.1 to 3600; default 1. */
  readonly backoff?: number
  /** The longest such wait, 0.1 to 3600; default 60. */
  readonly backoffLimit?: number
  /** An unknown key id is looked up when the last fetch is at least this long ago, 0.1 to 3600; default 2. */
  readonly unknownKeyCooldown?: number
  /** Under a flood of unknown key ids, the time between two lookups; also how long a key id that the issuer does
   * not have is not looked up again, 1 to 86,400; default 30. */
  readonly unknownKeyInterval?: number
  /** Time for one attempt from its beginning to the last byte, discovery included, 0.1 to 60; default 5. */
  readonly timeout?: number
  /** Bytes of the longest response, 1024 to 16,777,216; default 524,288. */
  readonly maxResponseBytes?: number
  /** Keys of the largest set, 1 to 1000; default 100. */
  readonly maxKeys?: number
  /** For a proxy or a private certificate authority: the agent that connects. */
  readonly requestAgent?: Agent
  /** Headers to send to the configured address; never to another origin that discovery names. */
  readonly requestHeaders?: Readonly<Record<string, string>>
  /**
   * A configured client of jwks-rsa, with which keys are then fetched; its agent, headers, fetcher and interceptor
   * apply, and `maxResponseBytes` cannot. Its own cache and rate limit play no part. Not for discovery.
   */
  readonly client?: KeysClient
  /** Admits plain http off loopback, where anyone on the way chooses your keys; for tests. Default false. */
  readonly allowInsecureHttp?: boolean
  /** Seconds, from any start; by default those of the process, which no setting of the system's clock changes. */
  readonly clock?: () => number
}

/** The same, checked, complete and frozen. */
export interface RemoteSettings {
  readonly ageLimit: number
  readonly minimumAge: number
  readonly refreshAt: number
  readonly staleLimit: number
  readonly backoff: number
  readonly backoffLimit: number
  readonly unknownKeyCooldown: number
  readonly unknownKeyInterval: number
  readonly timeout: number
  readonly maxResponseBytes: number
  readonly maxKeys: number
  readonly requestAgent: Agent | undefined
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly client: KeysClient | undefined
  readonly allowInsecureHttp: boolean
  readonly clock: (() => number) | undefined
}

const A_DAY = 86_400
const A_WEEK = 7 * A_DAY

const requestAgent: OptionReader<Agent> = (value, option) => {
  const isAgent =
    typeof value === 'object' &&
    value !== null &&
    'addRequest' in value &&
    typeof value.addRequest === 'function'
  if (isAgent) return value as unknown as Agent
  throw new ConfigurationError(option, 'expects an http.Agent or https.Agent')
}

const requestHeaders: OptionReader<Readonly<Record<string, string>>> = (value, option) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigurationError(option, "expects an object, such as { 'x-api-key': '...' }")
  }
  const headers: Record<string, string> = {}
  for (const [name, text] of Object.entries(value) as [string, unknown][]) {
    try {
      if (typeof text !== 'string') throw new TypeError()
      validateHeaderName(name)
      validateHeaderValue(name, text)
    } catch {
      // Node's error quotes the value, which may be a secret.
      throw new ConfigurationError(option, 'has a name or a value that cannot stand in a header')
    }
    headers[name.toLowerCase()] = text
  }
  return Object.freeze(headers)
}

const client: OptionReader<KeysClient> = (value, option) => {
  if (
    typeof value === 'object' &&
    value !== null &&
    'getKeys' in value &&
    typeof value.getKeys === 'function'
  ) {
    return value as KeysClient
  }
  throw new ConfigurationError(option, 'expects a JwksClient of jwks-rsa')
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({})

const remoteReaders: OptionReaders<RemoteSettings> = {
  ageLimit: optional(numberBetween(1, A_DAY, 'seconds'), 600),
  minimumAge: optional(numberBetween(1, A_DAY, 'seconds'), 30),
  refreshAt: optional(numberBetween(0.1, 0.95, 'parts of the age limit'), 0.8),
  staleLimit: optional(numberBetween(1, A_WEEK, 'seconds'), A_DAY),
  backoff: optional(numberBetween(0.1, 3600, 'seconds'), 1),
  backoffLimit: optional(numberBetween(0.1, 3600, 'seconds'), 60),
  unknownKeyCooldown: optional(numberBetween(0.1, 3600, 'seconds'), 2),
  unknownKeyInterval: optional(numberBetween(1, A_DAY, 'seconds'), 30),
  timeout: optional(numberBetween(0.1, 60, 'seconds'), 5),
  maxResponseBytes: optional(wholeNumberBetween(1024, 16_777_216, 'bytes'), 524_288),
  maxKeys: optional(wholeNumberBetween(1, 1000, 'keys'), 100),
  requestAgent: optional(requestAgent, undefined),
  requestHeaders: optional(requestHeaders, NO_HEADERS),
  client: optional(client, undefined),
  allowInsecureHttp: optional(boolean, false),
  clock: optional(functionOf<() => number>('answers seconds'), undefined),
}

/** @throws ConfigurationError */
export function readRemoteOptions(factory: string, options: unknown): RemoteSettings {
  const settings = readOptions(factory, options, remoteReaders)
  const refuseIf = (wrong: boolean, option: string, message: string) => {
    if (wrong) throw new ConfigurationError(option, message)
  }
  const { ageLimit, staleLimit, backoff, backoffLimit } = settings
  refuseIf(
    staleLimit < ageLimit,
    'staleLimit',
    `is below ageLimit (${ageLimit}); it counts from the fetch too`,
  )
  refuseIf(backoffLimit < backoff, 'backoffLimit', `is below backoff (${backoff})`)
  if (settings.client !== undefined) {
    const { requestAgent: agent, requestHeaders: headers } = settings
    refuseIf(agent !== undefined, 'requestAgent', 'is for our own client; give it to the JwksClient instead')
    refuseIf(headers !== NO_HEADERS, 'requestHeaders', 'are for our own client; give them to the JwksClient')
  }
  return settings
}
