const CONTENT_ID = /^b[a-z2-7]{20,120}$/

/** A content id as text, so that it can be the name of a folder: base32 in lower case, and nothing else. */
export function requireContentId(name: string): string {
  if (CONTENT_ID.test(name)) return name
  throw new Error('That is no content id')
}
