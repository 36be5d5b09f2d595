import { randomUUID } from 'node:crypto'

/** What a token is to say; everything has a default that a strict verifier accepts. */
export interface TokenRequest {
  /** `sub`; default `test-user`. */
  readonly subject?: string
  /** `client_id`; default `test-client`. */
  readonly clientId?: string
  /** `aud`; default the issuer's audience. */
  readonly audience?: string | readonly string[]
  /** `scope`: text as it is, or a list that is joined by spaces (RFC 6749 section 3.3). */
  readonly scope?: string | readonly string[]
  /** `roles`, a list (RFC 9068 section 2.2.3.1). */
  readonly roles?: readonly string[]
  /** `permissions`, a list. */
  readonly permissions?: readonly string[]
  /** Seconds from now to `exp`; default 300; a negative number makes a token that has expired. */
  readonly expiresIn?: number
  /** Seconds from now to `nbf`, which is left out by default. */
  readonly notBefore?: number
  /** `typ` of the header; default `at+jwt` (RFC 9068 section 2.1); null leaves it out. */
  readonly typ?: string | null
  /** Claims beside and over all others, `{ realm_access: { roles: [...] } }`; undefined removes one. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Header parameters beside and over all others; undefined removes one. */
  readonly header?: Readonly<Record<string, unknown>>
  /** The key to sign with, even a retired one; default the one that the issuer signs with. */
  readonly keyId?: string
}

const KNOWN = new Set<string>([
  'subject',
  'clientId',
  'audience',
  'scope',
  'roles',
  'permissions',
  'expiresIn',
  'notBefore',
  'typ',
  'claims',
  'header',
  'keyId',
] satisfies (keyof TokenRequest)[])

/** A misspelt member would silently make another token than the test is about. */
export function checkRequest(request: TokenRequest): void {
  const unknown = Object.keys(request).find((name) => !KNOWN.has(name))
  if (unknown === undefined) return
  throw new TypeError(
    `A token has no option ${unknown}; it has ${[...KNOWN].join(', ')}. Other claims go into claims: { ... }`,
  )
}

/** The header of the token that is asked for. */
export function headerOf(
  request: TokenRequest,
  key: { readonly id: string; readonly algorithm: string },
): Record<string, unknown> {
  const { typ = 'at+jwt', header } = request
  return { alg: key.algorithm, kid: key.id, ...(typ === null ? {} : { typ }), ...header }
}

/** The claims of the token that is asked for, a complete RFC 9068 access token by default. */
export function claimsOf(
  request: TokenRequest,
  issuer: { readonly url: string; readonly audience: string },
  now: number,
): Record<string, unknown> {
  const { subject = 'test-user', clientId = 'test-client', audience = issuer.audience } = request
  const { scope, roles, permissions, expiresIn = 300, notBefore, claims } = request
  const issuedAt = Math.floor(now)
  return {
    iss: issuer.url,
    sub: subject,
    aud: audience,
    client_id: clientId,
    // A token that has expired already was issued before that.
    iat: Math.min(issuedAt, issuedAt + expiresIn),
    exp: issuedAt + expiresIn,
    jti: randomUUID(),
    ...(notBefore === undefined ? {} : { nbf: issuedAt + notBefore }),
    ...(scope === undefined ? {} : { scope: typeof scope === 'string' ? scope : scope.join(' ') }),
    ...(roles === undefined ? {} : { roles }),
    ...(permissions === undefined ? {} : { permissions }),
    ...claims,
  }
}
