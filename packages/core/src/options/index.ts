/**
 * How the packages of this family read their options, each once and strictly. Internal: it is no part of what is
 * promised to users, and may change with any version.
 *
 * @internal
 */
export { clockOrSystem } from './clock.js'
export { readOptions } from './read-options.js'
export type { OptionReader, OptionReaders } from './read-options.js'
export { boolean, functionOf, nonEmptyString, nonEmptyStrings } from './readers.js'
export { numberBetween, oneOf, optional, wholeNumberBetween, withMethods } from './readers.js'
export { isLoopback, isSecure, readSecureUrl } from './url.js'
export { withoutFailures } from './listener.js'
export { parseUrl } from '../parse-url.js'
export { readWithin } from '../read-within.js'
