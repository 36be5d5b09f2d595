import { authorizationHeader } from '../credentials/authorization-header.js'
import type { CredentialSource } from '../credentials/credential-source.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import { readMutualTls, type MutualTlsOptions, type MutualTlsSettings } from '../proof/client-certificate.js'
import { readDpop, type DpopOptions, type DpopSettings, type ProofMode } from '../proof/dpop-options.js'
import { readOptions, type OptionReader, type OptionReaders } from './read-options.js'
import { boolean, nonEmptyStrings, optional } from './readers.js'
import { readOrigin, readSecureUrl } from './url.js'

/** How to read requests. */
export interface RequestOptions {
  /** Where a token may be; default the Authorization header only. A request with two tokens is refused. */
  readonly credentials?: CredentialSource | readonly CredentialSource[]
  /** Lets requests without a token pass as anonymous; a bad token is refused all the same. Default false. */
  readonly optional?: boolean
  /** Tokens bound to a key of which each request brings a proof (RFC 9449); default `off`, and bound ones refused. */
  readonly dpop?: ProofMode | DpopOptions
  /** Tokens bound to the client's TLS certificate (RFC 8705); default `off`, and bound ones are refused. */
  readonly mutualTls?: ProofMode | MutualTlsOptions
  /**
   * Scheme, host and port under which clients address this service, such as `https://api.example.com`; default what
   * the framework says by its trusted-proxy setting. DPoP proofs are made for this address.
   */
  readonly publicOrigin?: string
  /**
   * For tokens in cookies: further origins whose pages may send unsafe requests, or open a WebSocket. A request of
   * the same origin may: where `Sec-Fetch-Site` says that it is, or its `Origin` is `publicOrigin`. `unprotected` lets
   * every site act in the name of whoever visits it.
   */
  readonly csrf?: { readonly origins: readonly string[] } | 'unprotected'
  /** Where the metadata of this protected resource are, for challenges (RFC 9728 section 5.1); https. */
  readonly resourceMetadata?: string
}

/** The same, checked, complete and frozen. */
export interface RequestSettings {
  readonly credentials: readonly CredentialSource[]
  readonly optional: boolean
  /** To be called at once, with the clock of the same options. */
  readonly dpop: (clock: () => number) => DpopSettings
  readonly mutualTls: MutualTlsSettings
  readonly publicOrigin: string | undefined
  /** Undefined where requests from other sites are let in. */
  readonly csrf: readonly string[] | undefined
  readonly resourceMetadata: string | undefined
}

const credentials: OptionReader<readonly CredentialSource[]> = (value, option) => {
  const sources: readonly unknown[] = Array.isArray(value) ? value : [value]
  const sound = (source: unknown): source is CredentialSource =>
    typeof source === 'object' && source !== null && 'find' in source && typeof source.find === 'function'
  if (sources.length > 0 && sources.every(sound)) return Object.freeze([...sources])
  throw new ConfigurationError(
    option,
    'expects authorizationHeader(), cookie(name), custom(find), or a list of them',
  )
}

const csrf: OptionReader<readonly string[] | undefined> = (value, option) => {
  if (value === 'unprotected') return undefined
  return readOptions<{ origins: readonly string[] }>(option, value, { origins }, `${option}.`).origins
}

const origins: OptionReader<readonly string[]> = (value, option) =>
  Object.freeze(nonEmptyStrings(value, option).map((item) => readOrigin(item, option)))

const resourceMetadata: OptionReader<string> = (value, option) => {
  if (typeof value !== 'string') throw new ConfigurationError(option, 'expects an absolute https URL')
  return readSecureUrl(value, option).href
}

/** One reader for each option that concerns all requests of a service. */
export const sharedRequestReaders: OptionReaders<Omit<RequestSettings, 'optional'>> = {
  credentials: (value, option) => credentials(value ?? authorizationHeader(), option),
  dpop: (value) => (clock) => readDpop(value, clock),
  mutualTls: readMutualTls,
  publicOrigin: optional(readOrigin, undefined),
  csrf: optional(csrf, Object.freeze([])),
  resourceMetadata: optional(resourceMetadata, undefined),
}

/** The same, and whether a token may be absent. */
export const requestReaders: OptionReaders<RequestSettings> = {
  ...sharedRequestReaders,
  optional: optional(boolean, false),
}
