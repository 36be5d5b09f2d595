import type { Auth } from '../claims/verified-token.js'

/**
 * Says of a verified token whether it was called back. Asked for every request, cached tokens included, so that it
 * must be quick. It need not check the token itself. Where it cannot say it throws or rejects, and never guesses.
 */
export interface RevocationStore {
  isRevoked(token: Auth<unknown>): boolean | Promise<boolean>
}

/** What is called back: one token, or all tokens of a subject, a session, a key or an issuer. */
export type Revocation = {
  /** The exact issuer of the tokens. */
  readonly issuer: string
  /** Seconds since the epoch when the last token concerned is dead; the revocation is forgotten then. */
  readonly until: number
} & (
  | { readonly tokenId: string }
  /** Tokens of the subject that were issued before this second (`iat`); tokens without `iat` as well. */
  | { readonly subject: string; readonly issuedBefore: number }
  /** Tokens of one session (`sid`, OpenID Connect Front-Channel Logout section 3). */
  | { readonly sessionId: string }
  /** Tokens signed by this key (`kid`). */
  | { readonly keyId: string }
  /** Every token of the issuer that was issued before this second; tokens without `iat` as well. */
  | { readonly everythingIssuedBefore: number }
)
