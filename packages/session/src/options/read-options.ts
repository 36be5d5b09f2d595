import { ConfigurationError } from '@portcullis/core'

/** Turns what the user wrote for one option into what the library works with, or throws a ConfigurationError. */
export type OptionReader<T> = (value: unknown, option: string) => T

/** One reader for each option that exists. */
export type OptionReaders<T> = { readonly [Name in keyof T]-?: OptionReader<T[Name]> }

/** Reads each option once, own properties only; unknown names are refused and the result is frozen. */
export function readOptions<T>(factory: string, given: unknown, readers: OptionReaders<T>): Readonly<T> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new ConfigurationError(factory, 'expects an object of options')
  }
  const known = Object.keys(readers) as (keyof T & string)[]
  for (const name of Reflect.ownKeys(given)) {
    if (known.some((candidate) => candidate === name)) continue
    throw new ConfigurationError(
      String(name),
      `is not an option of ${factory}; the options are ${known.join(', ')}`,
    )
  }
  const result: Partial<T> = {}
  for (const name of known) {
    const value: unknown = Object.hasOwn(given, name) ? (given as Record<string, unknown>)[name] : undefined
    result[name] = readers[name](value, name)
  }
  return Object.freeze(result as T)
}
