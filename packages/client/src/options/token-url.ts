import { readSecureUrl } from '@portcullis/core/internal'

/**
 * Checks a URL that secrets or tokens are sent to: https, or http on loopback, and neither user name, password nor
 * fragment.
 *
 * @throws ConfigurationError
 */
export function readTokenUrl(text: unknown, option: string, allowInsecureHttp: boolean): URL {
  return readSecureUrl(text, option, allowInsecureHttp, 'read your tokens')
}
