import { ConfigurationError } from '../outcome/configuration-error.js'
import type { OptionReader } from './read-options.js'

const LOOPBACK = /^(?:localhost|(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** True for names and addresses that never leave the machine. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname)
}

/** Whether what goes there stays secret and unchanged: https, or http that never leaves the machine. */
export function isSecure({ protocol, hostname }: URL, allowInsecureHttp = false): boolean {
  return protocol === 'https:' || (protocol === 'http:' && (allowInsecureHttp || isLoopback(hostname)))
}

/**
 * Checks a URL that keys or metadata are fetched from, or that tokens are sent to: https, or http on loopback, and
 * neither user name, password nor fragment (RFC 8414 section 2).
 *
 * @param allowInsecureHttp the user's option of that name; undefined where there is none
 * @param danger what plain http would let anyone on the way do
 * @throws ConfigurationError
 */
export function readSecureUrl(
  text: unknown,
  option: string,
  allowInsecureHttp?: boolean,
  danger = 'choose what you trust',
): URL {
  const url = typeof text === 'string' ? parseUrl(text) : undefined
  if (url === undefined) throw new ConfigurationError(option, 'expects an absolute https URL')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new ConfigurationError(option, 'expects an https URL')
  }
  if (!isSecure(url, allowInsecureHttp)) {
    throw new ConfigurationError(
      option,
      `is plain http, which lets anyone on the way ${danger}; use https${
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

/**
 * The absolute URL that a text is, by itself or below a base, or undefined.
 *
 * Not `URL.canParse`: in Node 20 it says no to texts with letters such as ü as soon as its caller has been compiled.
 */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}

/** Reads an origin: scheme, host and port without a path, such as `https://api.example.com` (RFC 6454). */
export const readOrigin: OptionReader<string> = (value, option) => {
  const isText = typeof value === 'string' && /^https?:\/\/[^*]+$/.test(value)
  if (isText && parseUrl(value)?.origin === value) return value
  throw new ConfigurationError(option, "expects an origin without a path, such as 'https://api.example.com'")
}
