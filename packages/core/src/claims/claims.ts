/**
 * The claims of a verified token: registered ones with the types that were checked, everything else `unknown`
 * until a schema or the reader's own check says more.
 */
export interface Claims {
  /** RFC 7519 section 4.1.1: equal to the configured issuer. */
  readonly iss: string
  /** RFC 7519 section 4.1.4: seconds since the epoch. */
  readonly exp: number
  /** RFC 7519 section 4.1.3. */
  readonly aud?: string | readonly string[]
  /** RFC 7519 section 4.1.2. */
  readonly sub?: string
  /** RFC 7519 section 4.1.5: seconds since the epoch. */
  readonly nbf?: number
  /** RFC 7519 section 4.1.6: seconds since the epoch. */
  readonly iat?: number
  /** RFC 7519 section 4.1.7. */
  readonly jti?: string
  /** RFC 8693 section 4.3. */
  readonly client_id?: string
  readonly [name: string]: unknown
}
