import { ConfigurationError } from '@portcullis/core'
import type { OptionReader } from '@portcullis/core/internal'

/** What tells the contents of a store from all else that a node has pinned. */
export const storeName: OptionReader<string> = (value = 'portcullis', option) => {
  if (typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(value)) return value
  throw new ConfigurationError(option, 'expects 1 to 64 letters, digits, dots, hyphens and underscores')
}
