import { ConfigurationError } from '../outcome/configuration-error.js'
import type { OptionReader } from './read-options.js'
import { functionOf } from './readers.js'

/** Seconds since the epoch, in the year 5138; a clock beyond it counts milliseconds. */
const LATEST = 100_000_000_000

/** A clock that throws or answers anything but a number is read as NaN, with which every token is refused. */
export const clock: OptionReader<() => number> = (value, option) => {
  const given = functionOf<() => unknown>('answers seconds since the epoch')(value, option)
  const now = () => {
    try {
      const answer = given()
      return typeof answer === 'number' ? answer : Number.NaN
    } catch {
      return Number.NaN
    }
  }
  if (now() > LATEST) {
    throw new ConfigurationError(option, 'answers milliseconds; expects seconds: () => Date.now() / 1000')
  }
  return now
}

/** The same, and the system's clock where none is given. */
export const clockOrSystem: OptionReader<() => number> = (value, option) =>
  value === undefined ? () => Date.now() / 1000 : clock(value, option)
