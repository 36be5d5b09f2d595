import { ConfigurationError } from '../outcome/configuration-error.js'

/** Turns what the user wrote for one option into what the library works with, or throws a ConfigurationError. */
export type OptionReader<T> = (value: unknown, option: string) => T

/** One reader for each option that exists. */
export type OptionReaders<T> = { readonly [Name in keyof T]-?: OptionReader<T[Name]> }

/**
 * Reads each option once, by its own property only, and freezes the result: a getter, a proxy or a polluted
 * prototype cannot say one thing while it is checked and another while it is used. Unknown names are refused.
 *
 * @param prefix what stands before the name of an option in messages, for options inside options
 */
export function readOptions<T>(
  factory: string,
  given: unknown,
  readers: OptionReaders<T>,
  prefix = '',
): Readonly<T> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new ConfigurationError(factory, 'expects an object of options')
  }
  const known = Object.keys(readers) as (keyof T & string)[]
  for (const name of Reflect.ownKeys(given)) {
    if (known.some((candidate) => candidate === name)) continue
    throw new ConfigurationError(
      prefix + String(name),
      `is not an option of ${factory}; ${mend(String(name), known)}`,
    )
  }
  const result: Partial<T> = {}
  for (const name of known) {
    const value: unknown = Object.hasOwn(given, name) ? (given as Record<string, unknown>)[name] : undefined
    result[name] = readers[name](value, prefix + name)
  }
  return Object.freeze(result as T)
}

function mend(name: string, known: readonly string[]): string {
  const near = known.find((candidate) => distance(name.toLowerCase(), candidate.toLowerCase()) <= 2)
  return near === undefined ? `the options are ${known.join(', ')}` : `write ${near} instead`
}

/** Levenshtein's distance, for names of a few characters. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
