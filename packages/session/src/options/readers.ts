import { ConfigurationError } from '@portcullis/core'
import type { OptionReader } from './read-options.js'

/** A value that may be left out. */
export function optional<T, Default>(reader: OptionReader<T>, fallback: Default): OptionReader<T | Default> {
  return (value, option) => (value === undefined ? fallback : reader(value, option))
}

/** A whole number within bounds, both included. */
export function wholeNumberBetween(least: number, most: number, unit: string): OptionReader<number> {
  return (value, option) => {
    if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) {
      return value as number
    }
    throw new ConfigurationError(option, `expects a whole number of ${unit} from ${least} to ${most}`)
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

/** A string of at least one character. */
export const nonEmptyString: OptionReader<string> = (value, option) => {
  if (typeof value === 'string' && value !== '') return value
  throw new ConfigurationError(option, 'expects a string that is not empty')
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

/** A function of the user's; its type is the caller's promise. */
export function functionOf<T extends (...given: never[]) => unknown>(purpose: string): OptionReader<T> {
  return (value, option) => {
    if (typeof value === 'function') return value as T
    throw new ConfigurationError(option, `expects a function that ${purpose}`)
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
