import type { PublicJwk } from '../signing/signing-key.js'

/** The public keys of an issuer (RFC 7517 section 5). */
export interface PublicJwks {
  readonly keys: PublicJwk[]
}

/** The seam of `@portcullis/core`, which this package does not import. */
export interface KeySourceLike {
  find(header: never): unknown
}

/** The two functions of `@portcullis/core` that make a key source; the module itself may be given. */
export interface KeySourceFactories<Source extends KeySourceLike> {
  localJwks(jwks: PublicJwks): Source
  secret(bytes: Uint8Array, algorithm: 'HS256' | 'HS384' | 'HS512'): Source
}

/** The options of a verifier or an adapter that trusts the issuer. */
export interface TestVerifierOptions<Source extends KeySourceLike> {
  readonly issuer: string
  readonly audience: string
  /** Follows the issuer's rotations at once, without a request. */
  readonly keys: { readonly find: Source['find'] }
  /** The issuer's, where it was given one. */
  readonly clock?: () => number
}

/** A source that is made again whenever the published keys are other ones than last time. */
export function followingKeys<Source extends KeySourceLike>(
  version: () => string,
  make: () => Source,
): { readonly find: Source['find'] } {
  let source = make()
  let madeOf = version()
  const find = (header: never): unknown => {
    if (version() !== madeOf) {
      source = make()
      madeOf = version()
    }
    return source.find(header)
  }
  return Object.freeze({ find })
}
