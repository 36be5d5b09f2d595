import { AuthError } from '../outcome/auth-error.js'
import type { AuthRequest } from './auth-request.js'

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * For a token that the browser sent by itself: a request that may change something must come from a page of ours.
 * `Sec-Fetch-Site`, which no script can set, says so (Fetch Metadata); for an older browser, and for pages on other
 * origins of the same system, `Origin` must be one of those configured (RFC 6454). A request to open a WebSocket is a
 * GET and may change anything afterwards, so that it counts among the unsafe ones.
 *
 * @param origins exact origins, such as `https://shop.example.com`
 * @throws AuthError `cross_site_request_refused` (403), also when the request says nothing of where it comes from
 */
export function requireSameOrigin(request: AuthRequest, origins: readonly string[]): void {
  if (SAFE_METHODS.has(request.method) && request.header('upgrade').length === 0) return
  const [site, ...otherSites] = request.header('sec-fetch-site')
  const [origin, ...otherOrigins] = request.header('origin')
  if (otherSites.length === 0 && otherOrigins.length === 0) {
    if (site === 'same-origin') return
    if (origin !== undefined && origins.includes(origin)) return
  }
  throw new AuthError('cross_site_request_refused')
}
