/**
 * The protected header of a signed token, own members only, frozen. Nothing in it is believed: `alg` must be
 * one that the key allows, `kid` only picks among known keys, `jku`, `x5u`, `jwk` and `x5c` are ignored.
 */
export interface JwsHeader {
  /** RFC 7515 section 4.1.1. */
  readonly alg: string
  /** RFC 7515 section 4.1.4; at most 256 characters. */
  readonly kid?: string
  /** RFC 7515 section 4.1.9. */
  readonly typ?: string
  readonly [name: string]: unknown
}
