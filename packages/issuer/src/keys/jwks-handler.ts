import { servePublicDocument } from '../http/public-document.js'
import { uncachedJson } from '../http/json-response.js'
import type { SigningKeys } from './key-ring.js'

/**
 * Serves the JWKS of a ring: `Cache-Control` with the age that the ring allows, `ETag` and 304. 503 with
 * `Retry-After` where the ring cannot be had.
 */
export function jwksHandler(
  keys: Pick<SigningKeys, 'jwks' | 'jwksMaxAge'>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      const document = await keys.jwks()
      return servePublicDocument(request, document, {
        maxAge: keys.jwksMaxAge,
        type: 'application/jwk-set+json',
      })
    } catch {
      return uncachedJson({ error: 'temporarily_unavailable' }, 503, { 'Retry-After': '5' })
    }
  }
}
