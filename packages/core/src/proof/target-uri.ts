import { parseUrl } from '../options/url.js'

/**
 * Two slashes and a host without user name, and nothing that parsers of URLs read differently: a backslash is a slash
 * to some and a part of the host to others, white space is dropped by some. The rest is the parser's to judge.
 */
const UNAMBIGUOUS = /^https?:\/\/[^/?#@\s\\\x00-\x1f\x7f]+(?:[/?#][^\s\\\x00-\x1f\x7f]*)?$/i
const MAXIMUM_LENGTH = 8192

/**
 * The target of a request as DPoP compares it (RFC 9449 section 4.3, RFC 3986 section 6.2): scheme and host in lower
 * case, no default port, dot segments resolved, percent-encoding in one form, without query and fragment. A trailing
 * slash counts.
 *
 * @returns undefined for what is no http or https URL, or holds a user name or password
 */
export function targetUri(text: string): string | undefined {
  const url = text.length > MAXIMUM_LENGTH || !UNAMBIGUOUS.test(text) ? undefined : parseUrl(text)
  return url && url.origin + url.pathname.replace(/%[0-9A-Fa-f]{2}/g, canonicalOctet)
}

/** Unreserved characters stand for themselves, everything else keeps its code in capitals (RFC 3986 section 6.2.2). */
function canonicalOctet(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
  return /[A-Za-z0-9\-._~]/.test(character) ? character : encoded.toUpperCase()
}
