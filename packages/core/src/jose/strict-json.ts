import { isAscii, isUtf8 } from 'node:buffer'

/** How deeply objects and arrays may be nested, the outermost object included. */
export const MAXIMUM_JSON_DEPTH = 32

/**
 * Parses the JSON object of a token's header or payload, and accepts only what every parser reads alike:
 * UTF-8 without byte order mark, an object at the top, no member twice at any depth (RFC 7515 section 4,
 * RFC 7519 section 4), at most 32 levels, finite numbers, and no member called `__proto__`.
 *
 * @returns the object, frozen at every depth, or undefined when the octets are anything else
 */
export function parseStrictJson(octets: Buffer): Readonly<Record<string, unknown>> | undefined {
  const text = textOf(octets)
  if (text === undefined) return undefined
  const written = countWrittenMembers(text)
  if (written === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The error quotes the text, which is a part of the token: it is dropped here.
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return freezeAndCountMembers(value) === written ? (value as Record<string, unknown>) : undefined
}

/** Claims are mostly ASCII, which is read in half the time as what it then is too: latin1. */
function textOf(octets: Buffer): string | undefined {
  if (isAscii(octets)) return octets.toString('latin1')
  return isUtf8(octets) ? octets.toString('utf8') : undefined
}

const QUOTE = 0x22
const COLON = 0x3a
const BACKSLASH = 0x5c
const ARRAY_START = 0x5b
const ARRAY_END = 0x5d
const OBJECT_START = 0x7b
const OBJECT_END = 0x7d

/**
 * Counts the members as the text has them: JSON.parse keeps the last of two members with one name, so the
 * object then has fewer. A colon outside a string stands in each member and nowhere else.
 */
function countWrittenMembers(text: string): number | undefined {
  let members = 0
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at)
        break
      case COLON:
        members++
        break
      case OBJECT_START:
      case ARRAY_START:
        if (++depth > MAXIMUM_JSON_DEPTH) return undefined
        break
      case OBJECT_END:
      case ARRAY_END:
        depth--
        break
    }
  }
  return members
}

/** Where the string that starts here ends: at a quotation mark behind an even number of backslashes. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1
    while (text.charCodeAt(before) === BACKSLASH) before--
    if ((end - before) % 2 === 1) return end
  }
  return text.length
}

/**
 * Freezes and counts in one pass, since both must visit everything; NaN where something must not be there. A loop over
 * names reads each property where it was listed, so that it takes a third of what Object.keys would.
 */
function freezeAndCountMembers(value: object): number {
  Object.freeze(value)
  let members = 0
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) members += membersIn(item)
    return members
  }
  for (const name in value) {
    // What somebody hung on Object.prototype is listed too. V8 answers this for nothing, and Object.hasOwn not.
    if (!Object.prototype.hasOwnProperty.call(value, name)) continue
    if (name === '__proto__') return Number.NaN
    members += 1 + membersIn((value as Record<string, unknown>)[name])
  }
  return members
}

function membersIn(value: unknown): number {
  if (typeof value === 'object' && value !== null) return freezeAndCountMembers(value)
  return typeof value === 'number' && !Number.isFinite(value) ? Number.NaN : 0
}
