import { ConfigurationError } from '@portcullis/core'
import { isSecure, parseUrl, type OptionReader } from '@portcullis/core/internal'

/** The issuer as it stands in `iss` (RFC 8414 section 2): https, or http on loopback; no query and no fragment. */
export const issuerIdentifier: OptionReader<string> = (value, option) => {
  const url = typeof value === 'string' ? parseUrl(value) : undefined
  if (typeof value === 'string' && url !== undefined && isSecure(url) && !/[?#@]/.test(value)) return value
  throw new ConfigurationError(
    option,
    'expects an https URL without query, fragment and user name, as verifiers are to write it (http on loopback only)',
  )
}
