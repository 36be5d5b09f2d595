import { ConfigurationError } from '../outcome/configuration-error.js'
import type { OptionReader } from './read-options.js'

/** A value that may be left out. */
export function optional<T, Default>(reader: OptionReader<T>, fallback: Default): OptionReader<T | Default> {
  return (value, option) => (value === undefined ? fallback : reader(value, option))
}

/** A string of at least one character. */
export const nonEmptyString: OptionReader<string> = (value, option) => {
  if (typeof value === 'string' && value !== '') return value
  throw new ConfigurationError(option, 'expects a string that is not empty')
}

/** A list of different strings, at least one, none empty. */
export const nonEmptyStrings: OptionReader<readonly string[]> = (value, option) => {
  if (!Array.isArray(value) || value.length === 0) {
    throw new ConfigurationError(option, 'expects a list with at least one string')
  }
  const strings = Array.from(value as readonly unknown[], (item) => nonEmptyString(item, option))
  if (new Set(strings).size < strings.length) throw new ConfigurationError(option, 'names a value twice')
  return Object.freeze(strings)
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
  return (value, option) => {
    if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most)
      return value as number
    throw new ConfigurationError(option, `expects a whole number of ${unit} from ${least} to ${most}`)
  }
}

/** One of the names of a list. */
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

/** A function of the user's; its type is the caller's promise. */
export function functionOf<T extends (...given: never[]) => unknown>(purpose: string): OptionReader<T> {
  return (value, option) => {
    if (typeof value === 'function') return value as T
    throw new ConfigurationError(option, `expects a function that ${purpose}`)
  }
}

/** A path to a claim: the names of the members to walk through, `['realm_access', 'roles']`. */
export const claimPath: OptionReader<readonly string[]> = (value, option) => {
  if (typeof value === 'string') {
    throw new ConfigurationError(
      option,
      `expects a path as a list of member names: write ['...'], not a string`,
    )
  }
  if (!Array.isArray(value) || value.length === 0 || value.length > 8) {
    throw new ConfigurationError(option, 'expects a path of 1 to 8 member names, as a list')
  }
  return Object.freeze(Array.from(value as readonly unknown[], (item) => nonEmptyString(item, option)))
}

/** Text that may stand in a quoted string of a header as it is (RFC 9110 section 5.6.4). */
export const quotableText: OptionReader<string> = (value, option) => {
  if (typeof value === 'string' && /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,128}$/.test(value)) return value
  throw new ConfigurationError(
    option,
    'expects 1 to 128 printable ASCII characters without quotation marks and backslashes',
  )
}
