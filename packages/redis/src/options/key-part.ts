import { ConfigurationError } from '@portcullis/core'
import type { OptionReader } from '@portcullis/core/internal'

/** What keys are made of: no braces, which would move them to other slots of a Cluster. */
export const keyPart: OptionReader<string> = (value, option) => {
  if (typeof value === 'string' && /^[\w.:-]{1,64}$/.test(value)) return value
  throw new ConfigurationError(
    option,
    'expects 1 to 64 letters, digits, dots, colons, hyphens or underscores',
  )
}
