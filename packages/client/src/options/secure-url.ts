import { ConfigurationError } from '@portcullis/core'
import { isLoopback, parseUrl } from '@portcullis/core/options'

/** Whether a secret may go there: https, or http that never leaves the machine. */
export function isSecure({ protocol, hostname }: URL, allowInsecureHttp: boolean): boolean {
  return protocol === 'https:' || (protocol === 'http:' && (allowInsecureHttp || isLoopback(hostname)))
}

/**
 * Checks a URL that secrets or tokens are sent to: https, or http on loopback, and neither user name, password nor
 * fragment.
 *
 * @throws ConfigurationError
 */
export function readSecureUrl(text: unknown, option: string, allowInsecureHttp: boolean): URL {
  const url = typeof text === 'string' ? parseUrl(text) : undefined
  if (url === undefined) throw new ConfigurationError(option, 'expects an absolute https URL')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new ConfigurationError(option, 'expects an https URL')
  }
  if (!isSecure(url, allowInsecureHttp)) {
    throw new ConfigurationError(
      option,
      'is plain http, which lets anyone on the way read your tokens; use https (allowInsecureHttp: true admits it, for tests)',
    )
  }
  if (url.username !== '' || url.password !== '') {
    throw new ConfigurationError(option, 'has a user name or password in it; remove them')
  }
  if (url.hash !== '') throw new ConfigurationError(option, 'has a fragment (#...) in it; remove it')
  return url
}
