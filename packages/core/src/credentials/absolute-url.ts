import { AuthError } from '../outcome/auth-error.js'

/** What a framework says of the address of a request, as far as it trusts the proxies before it. */
export interface AddressedRequest {
  /** `http` or `https`. */
  readonly protocol: string
  /** Name or IP address, and port where there is one. */
  readonly host: string
  /** The request target, whole: of a mounted router as well. */
  readonly target: string
}

const PROTOCOL = /^https?$/
/** A name, an IPv4 or an IPv6 address, and a port (RFC 3986 section 3.2.2), without user name. */
const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/

/**
 * The URL of a request as the client addressed it, for adapters. A request target in absolute form says it all
 * (RFC 9112 section 3.2.2).
 *
 * @throws AuthError `credentials_malformed` (400) for a host that is none: with a slash or a question mark in it, a
 *   proof for one path would hold for another
 */
export function absoluteUrl({ protocol, host, target }: AddressedRequest): string {
  if (!target.startsWith('/')) return target
  if (PROTOCOL.test(protocol) && isHost(host)) return `${protocol}://${host}${target}`
  throw new AuthError('credentials_malformed')
}

export function isHost(text: string): boolean {
  return HOST.test(text)
}
