import { ConfigurationError } from '@portcullis/core'
import type { OptionReader } from './read-options.js'

/** A value that may be left out. */
export function optional<T, Default>(reader: OptionReader<T>, fallback: Default): OptionReader<T | Default> {
  return (value, option) => (value === undefined ? fallback : reader(value, option))
}

/** A finite number within bounds, both included. */
export function numberBetween(least: number, most: number, unit: string): OptionReader<number> {
  return (value, option) => {
    if (typeof value === 'number' && value >= least && value <= most) return value
    throw new ConfigurationError(option, `expects a number of ${unit} from ${least} to ${most}`)
  }
}

/** One of the names of a table. */
export function oneOf<T extends string>(names: readonly T[]): OptionReader<T> {
  return (value, option) => {
    const found = names.find((name) => name === value)
    if (found !== undefined) return found
    throw new ConfigurationError(option, `expects one of ${names.join(', ')}`)
  }
}

/** An object with these methods; what they do is the caller's promise. */
export function withMethods<T extends object>(
  methods: readonly (keyof T & string)[],
  such: string,
): OptionReader<T> {
  return (value, option) => {
    const fits =
      typeof value === 'object' &&
      value !== null &&
      methods.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')
    if (fits) return value as T
    throw new ConfigurationError(option, `expects ${such}`)
  }
}

/** Seconds since the epoch; the system's clock when left out. */
export const clock: OptionReader<() => number> = (value, option) => {
  if (value === undefined) return () => Date.now() / 1000
  if (typeof value !== 'function')
    throw new ConfigurationError(option, 'expects a function that answers seconds')
  const now = value as () => number
  if (now() > 100_000_000_000) {
    throw new ConfigurationError(option, 'answers milliseconds; expects seconds: () => Date.now() / 1000')
  }
  return now
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** The issuer as it stands in `iss` (RFC 8414 section 2): https, or http on loopback; no query and no fragment. */
export const issuerIdentifier: OptionReader<string> = (value, option) => {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname))
  if (typeof value === 'string' && url !== undefined && secure && !/[?#@]/.test(value)) return value
  throw new ConfigurationError(
    option,
    'expects an https URL without query, fragment and user name, as verifiers are to write it (http on loopback only)',
  )
}
