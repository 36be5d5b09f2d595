/**
 * The toolkit that the packages of this family share. Internal: it is not part of the public interface, and may change
 * with any version.
 *
 * @internal
 */
export { clockOrSystem } from '../options/clock.js'
export { readOptions } from '../options/read-options.js'
export type { OptionReader, OptionReaders } from '../options/read-options.js'
export { boolean, functionOf, nonEmptyString, nonEmptyStrings } from '../options/readers.js'
export { numberBetween, oneOf, optional, wholeNumberBetween, withMethods } from '../options/readers.js'
export { isLoopback, isSecure, parseUrl, readOrigin, readSecureUrl } from '../options/url.js'
export { createExpiringMap } from '../cache/expiring-map.js'
export type { ExpiringMap } from '../cache/expiring-map.js'
export { isScopeToken, parseScope } from '../claims/scope.js'
export { safeListener } from '../diagnostics/safe-listener.js'
export { cookieValues } from '../http/cookies.js'
export { withDeadline } from '../http/deadline.js'
export { matchesEntityTag } from '../http/entity-tag.js'
export { expressAddress } from '../http/express-address.js'
export type { ExpressAddressSource } from '../http/express-address.js'
export { readLimited } from '../http/read-limited.js'
