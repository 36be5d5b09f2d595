/**
 * A wrong configuration, thrown when a factory is called and never while a request is served. The message names
 * the option and the mend; it holds no secret and no key.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  readonly code = 'configuration_invalid'
  /** The option that is wrong, as it is written in code: `audience`, `keys`, `localJwks()`. */
  readonly option: string

  constructor(option: string, message: string, cause?: unknown) {
    super(`${option}: ${message}`, cause === undefined ? undefined : { cause })
    this.option = option
  }
}
