import type { OptionReader } from '../options/read-options.js'
import { nonEmptyString, nonEmptyStrings } from '../options/readers.js'
import { ConfigurationError } from '../outcome/configuration-error.js'

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const HOST_NAME = new RegExp(`^(?=.{4,253}$)(?:${LABEL}\\.)+[a-z]${LABEL}$`)
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** One string, or a list of different ones. */
export const oneOrMore: OptionReader<readonly string[]> = (value, option) =>
  nonEmptyStrings(typeof value === 'string' ? [value] : value, option)

/** A host name and nothing around it, in the lower case in which issuers have it. */
export function hostName(example: string): OptionReader<string> {
  return (value, option) => {
    if (typeof value === 'string' && HOST_NAME.test(value)) return value
    throw new ConfigurationError(
      option,
      `expects the host name alone, such as '${example}': no scheme, no slash, no port, all in lower case`,
    )
  }
}

/** The audience, which presets do not let go: it is what keeps out tokens that were made for somebody else. */
export function requiredAudience(example: string): OptionReader<readonly string[]> {
  return (value, option) => {
    if (value !== undefined && value !== null) return oneOrMore(value, option)
    throw new ConfigurationError(
      option,
      `is missing: name this API as its tokens do, such as '${example}'; without it, tokens for every other API of this issuer would pass`,
    )
  }
}

/** A member name at the top of the claims; dots and slashes in it are part of the name. */
export const claimName: OptionReader<string> = (value, option) => {
  if (Array.isArray(value)) {
    throw new ConfigurationError(option, "expects the name of one claim, such as 'groups', not a list")
  }
  return nonEmptyString(value, option)
}

/** One of a few words. */
export function oneOf<Word extends string>(...words: readonly Word[]): OptionReader<Word> {
  return (value, option) => {
    const found = words.find((word) => word === value)
    if (found !== undefined) return found
    throw new ConfigurationError(option, `expects ${words.map((word) => `'${word}'`).join(' or ')}`)
  }
}

/** Whether text is a GUID as Entra writes them: lower case, hyphens, no braces. */
export function isGuid(text: string): boolean {
  return GUID.test(text)
}

/** The claim that names the client, expected to be one of the given; nothing where none are given. */
export function expectClient(
  claim: string,
  clients: readonly string[] | undefined,
): Readonly<Record<string, readonly string[]>> {
  return clients === undefined ? {} : { [claim]: clients }
}
