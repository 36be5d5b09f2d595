import { ConfigurationError } from '@portcullis/core'
import { isSecure, parseUrl, type OptionReader } from '@portcullis/core/internal'

const DOMAIN = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/
const PATH = /^(?:\/[\w.~-]+)+$/

/** Scheme, host and port: https, or http on loopback, where browsers take Secure cookies as well. */
export const origin: OptionReader<string> = (value, option) => {
  const url = typeof value === 'string' ? parseUrl(value) : undefined
  if (url !== undefined && url.origin === value && isSecure(url) && !value.includes('*')) return value
  throw new ConfigurationError(
    option,
    "expects an https origin without a path, such as 'https://id.example.com' (http on localhost only)",
  )
}

/** Several of them. */
export const origins: OptionReader<readonly string[]> = (value, option) => {
  if (!Array.isArray(value)) throw new ConfigurationError(option, 'expects a list of origins')
  return Object.freeze(value.map((item) => origin(item, option)))
}

/** The domain that siblings share, such as `example.com`. */
export const domain: OptionReader<string> = (value, option) => {
  if (typeof value === 'string' && DOMAIN.test(value)) return value
  throw new ConfigurationError(option, "expects a domain of two labels or more, such as 'example.com'")
}

/** A path that ends without a slash. */
export const path: OptionReader<string> = (value, option) => {
  if (typeof value === 'string' && PATH.test(value) && parseUrl(value, 'https://a')?.pathname === value) {
    return value
  }
  throw new ConfigurationError(option, "expects a path without a slash at its end, such as '/session'")
}
