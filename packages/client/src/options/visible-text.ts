import { ConfigurationError } from '@portcullis/core'
import type { OptionReader } from '@portcullis/core/internal'

/** Printable ASCII, as identifiers and secrets are sent (RFC 6749 appendix A), within a length. */
export function visibleText(longest: number, such: string): OptionReader<string> {
  return (value, option) => {
    const fits = typeof value === 'string' && value.length <= longest && /^[\x20-\x7e]+$/.test(value)
    if (fits) return value
    throw new ConfigurationError(option, `expects ${such}: 1 to ${longest} printable ASCII characters`)
  }
}
