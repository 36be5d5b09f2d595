import { readOptions, type OptionReader } from '../options/read-options.js'
import { nonEmptyString, numberBetween, optional } from '../options/readers.js'
import { readSecureUrl } from '../options/url.js'

/** How to ask an issuer about tokens that are opaque to everybody else (RFC 7662). */
export interface IntrospectionOptions {
  /** The introspection endpoint; https, or http on loopback or with `allowInsecureHttp` of the issuer. */
  readonly endpoint: string
  /** How this service authenticates there: HTTP Basic with these (RFC 6749 section 2.3.1). */
  readonly clientId: string
  readonly clientSecret: string
  /** Seconds for which an answer is good, 0 to 300; default 30. A token that is ended is believed for so long. */
  readonly cacheFor?: number
  /** Seconds to wait for an answer, 0.1 to 30; default 5. */
  readonly timeout?: number
}

export interface IntrospectionSettings {
  readonly endpoint: string
  readonly clientId: string
  readonly clientSecret: string
  readonly cacheFor: number
  readonly timeout: number
}

/** Reads the `introspection` option of an issuer. */
export const readIntrospection: OptionReader<IntrospectionSettings> = (value, option) =>
  readOptions<IntrospectionSettings>(
    option,
    value,
    {
      endpoint: nonEmptyString,
      clientId: nonEmptyString,
      clientSecret: nonEmptyString,
      cacheFor: optional(numberBetween(0, 300, 'seconds'), 30),
      timeout: optional(numberBetween(0.1, 30, 'seconds'), 5),
    },
    `${option}.`,
  )

/**
 * Checks what needs another option of the same issuer.
 *
 * @param prefix what stands before the name of an option in messages
 * @throws ConfigurationError
 */
export function checkEndpoint(
  introspection: IntrospectionSettings | undefined,
  allowInsecureHttp: boolean,
  prefix: string,
): void {
  if (introspection === undefined) return
  readSecureUrl(introspection.endpoint, `${prefix}introspection.endpoint`, allowInsecureHttp)
}
