import { createHash } from 'node:crypto'
import { methodNotAllowed } from './json-response.js'

/** Answers requests for a document that everybody may have: JSON with an age, a validator, and 304. */
export function servePublicDocument(
  request: Request,
  document: object,
  { maxAge, type }: { readonly maxAge: number; readonly type: string },
): Response {
  if (request.method !== 'GET' && request.method !== 'HEAD') return methodNotAllowed('GET, HEAD')
  const body = JSON.stringify(document)
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`
  const headers = {
    'Cache-Control': `public, max-age=${maxAge}`,
    ETag: etag,
    // Public, and served without credentials: any page may read it.
    'Access-Control-Allow-Origin': '*',
    'X-Content-Type-Options': 'nosniff',
  }
  if (matches(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers })
  return new Response(request.method === 'HEAD' ? null : body, {
    headers: { ...headers, 'Content-Type': type },
  })
}

/** RFC 9110 section 13.1.2: the weak comparison. */
function matches(header: string | null, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes(etag) || tags.includes('*')
}
