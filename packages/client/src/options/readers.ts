import { ConfigurationError } from '@portcullis/core'
import type { OptionReader } from './read-options.js'

/** A value that may be left out. */
export function optional<T, Default>(reader: OptionReader<T>, fallback: Default): OptionReader<T | Default> {
  return (value, option) => (value === undefined ? fallback : reader(value, option))
}

export const boolean: OptionReader<boolean> = (value, option) => {
  if (typeof value === 'boolean') return value
  throw new ConfigurationError(option, 'expects true or false')
}

/** A finite number within bounds, both included. */
export function numberBetween(least: number, most: number, unit: string): OptionReader<number> {
  return (value, option) => {
    if (typeof value === 'number' && value >= least && value <= most) return value
    throw new ConfigurationError(option, `expects a number of ${unit} from ${least} to ${most}`)
  }
}

/** The same for things that are counted. */
export function wholeNumberBetween(least: number, most: number, unit: string): OptionReader<number> {
  const between = numberBetween(least, most, `${unit} without fraction`)
  return (value, option) => between(Number.isInteger(value) ? value : undefined, option)
}

/** A function of the user's; its type is the caller's promise. */
export function functionOf<T extends (...given: never[]) => unknown>(purpose: string): OptionReader<T> {
  return (value, option) => {
    if (typeof value === 'function') return value as T
    throw new ConfigurationError(option, `expects a function that ${purpose}`)
  }
}

/** Printable ASCII without spaces, as identifiers and secrets are sent (RFC 6749 appendix A), within a length. */
export function visibleText(longest: number, such: string): OptionReader<string> {
  return (value, option) => {
    const fits = typeof value === 'string' && value.length <= longest && /^[\x20-\x7e]+$/.test(value)
    if (fits) return value
    throw new ConfigurationError(option, `expects ${such}: 1 to ${longest} printable ASCII characters`)
  }
}

/** Seconds since the epoch; the system's clock when left out. */
export const clock: OptionReader<() => number> = (value, option) => {
  if (value === undefined) return () => Date.now() / 1000
  const now = functionOf<() => number>('answers seconds since the epoch')(value, option)
  if (now() > 100_000_000_000) {
    throw new ConfigurationError(option, 'answers milliseconds; expects seconds: () => Date.now() / 1000')
  }
  return now
}
