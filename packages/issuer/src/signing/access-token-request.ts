/** Who acts for the subject, and for whom that one acts (RFC 8693 section 4.1). */
export interface Actor {
  readonly sub: string
  readonly act?: Actor
}

/** What a token is to say. */
export interface AccessTokenRequest {
  /** Whom the token is about: a user, or the client itself. */
  readonly subject: string
  /** The service that it is for, or several. */
  readonly audience: string | readonly string[]
  /** The client that asked for it. */
  readonly clientId: string
  /** Scopes, each by itself (RFC 6749 section 3.3). */
  readonly scope?: readonly string[] | undefined
  readonly roles?: readonly string[] | undefined
  readonly permissions?: readonly string[] | undefined
  /** Claims of your own, plain JSON; a registered name is refused. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
  /** Seconds; default that of the signer. */
  readonly lifetime?: number | undefined
  /** Seconds since the epoch that the token does not outlive, whatever its lifetime. */
  readonly notAfter?: number | undefined
  /** Thumbprint of the DPoP key that the token is bound to (RFC 9449 section 6.1). */
  readonly keyThumbprint?: string | undefined
  readonly actor?: Actor | undefined
  /** When the user authenticated, in seconds since the epoch (RFC 9068 section 2.2.1). */
  readonly authenticatedAt?: number | undefined
  /** The `sid`, by which all tokens of a session can be called back (OpenID Connect Front-Channel Logout section 3). */
  readonly sessionId?: string | undefined
}

/** A token with what its bearer is told about it. */
export interface SignedToken {
  readonly token: string
  readonly tokenType: 'Bearer' | 'DPoP'
  /** Seconds from now. */
  readonly expiresIn: number
  /** Seconds since the epoch. */
  readonly expiresAt: number
  /** The `jti`. */
  readonly id: string
}
