import type { AuthRequest } from '../credentials/auth-request.js'
import { parseUrl } from '../options/url.js'

/**
 * How to tell the URL under which a client addressed this service: by the configured origin, or by what the framework
 * says of the request. A bare forwarded header is never looked at.
 */
export function addressOf(publicOrigin: string | undefined): (request: AuthRequest) => string {
  if (publicOrigin === undefined) return (request) => request.url
  return (request) => {
    const url = parseUrl(request.url)
    return url === undefined ? request.url : publicOrigin + url.pathname + url.search
  }
}
