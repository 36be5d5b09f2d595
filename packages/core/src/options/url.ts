import { ConfigurationError } from '../outcome/configuration-error.js'
import { parseUrl } from '../parse-url.js'

const LOOPBACK = /^(?:localhost|(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** True for names and addresses that never leave the machine. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname)
}

/**
 * Checks a URL that keys or metadata are fetched from: https, or http on loopback, and neither user name,
 * password nor fragment (RFC 8414 section 2).
 *
 * @param allowInsecureHttp the user's option of that name; undefined where there is none
 */
export function readSecureUrl(text: string, option: string, allowInsecureHttp?: boolean): URL {
  const url = parseUrl(text)
  if (url === undefined) throw new ConfigurationError(option, 'expects an absolute https URL')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new ConfigurationError(option, 'expects an https URL')
  }
  if (url.protocol === 'http:' && allowInsecureHttp !== true && !isLoopback(url.hostname)) {
    throw new ConfigurationError(
      option,
      `is plain http, which lets anyone on the way choose what you trust; use https${
        allowInsecureHttp === undefined ? '' : ' (allowInsecureHttp: true admits it, for tests)'
      }`,
    )
  }
  if (url.username !== '' || url.password !== '') {
    throw new ConfigurationError(option, 'has a user name or password in it; remove them')
  }
  if (url.hash !== '') throw new ConfigurationError(option, 'has a fragment (#...) in it; remove it')
  return url
}
