/** A token as it stands in a request, nothing of it checked. */
export interface Credential {
  readonly token: string
  /** How it was presented: `DPoP` only by the Authorization header (RFC 9449 section 7.1). */
  readonly scheme: 'Bearer' | 'DPoP'
  /** A browser sends cookies by itself, whoever made it send the request. */
  readonly fromCookie: boolean
}

/** A bearer token from anywhere but a cookie. */
export function bearer(token: string): Credential {
  return { token, scheme: 'Bearer', fromCookie: false }
}
