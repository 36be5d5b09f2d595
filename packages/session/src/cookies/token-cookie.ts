import { stringifySetCookie } from 'cookie'
import { SessionError } from '../session-error.js'
import { sizeAdvice } from './size-advice.js'

/** What all browsers keep of a cookie: its name, value and attributes together (RFC 6265 section 6.1). */
const LARGEST = 4096

export interface CookiePlace {
  readonly name: string
  readonly path: string
  readonly domain?: string
  readonly sameSite: 'lax' | 'strict'
}

/**
 * A cookie for a token, which no script can read.
 *
 * @param maxAge seconds
 * @throws SessionError `cookie_too_large`, with what takes the room: browsers drop such a cookie without a word
 */
export function tokenCookie(place: CookiePlace, token: string, maxAge: number): string {
  const text = stringifySetCookie({ ...attributes(place), value: token, maxAge }, { encode: asItIs })
  const bytes = Buffer.byteLength(text)
  if (bytes <= LARGEST) return text
  throw new SessionError('cookie_too_large', { advice: sizeAdvice(token, bytes, LARGEST) })
}

/** Takes the cookie away. */
export function deletedCookie(place: CookiePlace): string {
  return stringifySetCookie({ ...attributes(place), value: '', maxAge: 0 })
}

function attributes(place: CookiePlace) {
  return { ...place, httpOnly: true, secure: true } as const
}

const asItIs = (value: string): string => value
