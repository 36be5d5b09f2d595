import { ConfigurationError } from '@portcullis/core'
import type { OptionReader } from '@portcullis/core/internal'

const STREAM = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** Whether a text is a name of a stream: 1 to 64 letters, digits, dots, underscores and hyphens. */
export const isStreamName = (text: unknown): text is string => typeof text === 'string' && STREAM.test(text)

export const streamName: OptionReader<string> = (value, option) => {
  if (isStreamName(value)) return value
  throw new ConfigurationError(
    option,
    'expects the name of a stream: 1 to 64 letters, digits, dots, underscores and hyphens',
  )
}
