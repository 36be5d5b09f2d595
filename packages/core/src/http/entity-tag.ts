/**
 * Compares an `If-None-Match` header with the entity tag of a representation: the weak comparison of RFC 9110
 * section 13.1.2.
 *
 * @param header the value of `If-None-Match`; null and undefined where the request has none
 * @param etag the current entity tag, with its quotation marks
 * @returns true when the client has this representation already
 */
export function matchesEntityTag(header: string | null | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes(etag) || tags.includes('*')
}
