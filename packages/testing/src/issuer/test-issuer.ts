import type { BadTokenCalls } from '../bad-tokens/bad-tokens.js'
import type { TestAlgorithm } from '../signing/algorithms.js'
import type { TokenPart } from '../signing/compact.js'
import type { NewKey } from './key-ring.js'
import type { TokenRequest } from './token-request.js'
import type { KeySourceFactories, PublicJwks, TestVerifierOptions } from './verifier-options.js'

/** How the issuer is to be; every option has a default. */
export interface TestIssuerOptions {
  /** `iss` of its tokens; default `https://issuer.test`, or the address of the JWKS server that serves it. */
  readonly url?: string
  /** `aud` of its tokens; default `test-api`. */
  readonly audience?: string
  /** What it signs with; default RS256. An RSA key takes some tenths of a second to make, all others no time. */
  readonly algorithm?: TestAlgorithm
  /** The id of its first key; default random. */
  readonly keyId?: string
  /** Seconds since the epoch; default the system's clock. A test clock fits. */
  readonly clock?: () => number
  /**
   * Publishes keys beside its own that nobody may trust, RSA of 1024 bits and a small-order Ed25519 point, and adds
   * tokens that hold under them to the bad ones; default false. For algorithms with public keys only.
   */
  readonly weakKeys?: boolean
}

/** An issuer in memory, with keys of its own that exist nowhere else. */
export interface TestIssuer {
  /** `iss` of its tokens. An issuer without a `url` option moves to the JWKS server that serves it. */
  readonly url: string
  readonly audience: string
  /** The algorithm of the key that signs now. */
  readonly algorithm: TestAlgorithm
  readonly weakKeys: boolean
  /** The secret of an HMAC issuer, to be shared with verifiers; undefined for all others. */
  readonly secret: Uint8Array | undefined
  /** The ids of the published keys, oldest first. */
  readonly keyIds: readonly string[]
  readonly signingKeyId: string
  /** The public keys that it publishes now; none for an HMAC issuer. */
  jwks(): PublicJwks
  /**
   * A real signed token; by default an RFC 9068 access token that is good for 300 seconds.
   *
   * @throws TypeError for an option that does not exist, RangeError for a key id that does not
   */
  token(request?: TokenRequest): string
  /** The same as headers of a request, for fetch, supertest and their like. */
  authorization(request?: TokenRequest): { authorization: string }
  /** One call for each kind of bad token; bad in that one way, and otherwise what the request asks for. */
  readonly bad: BadTokenCalls
  /** Signs exactly these octets, sound or not: text as it is, an object as its JSON. */
  sign(header: TokenPart, payload: TokenPart, keyId?: string): string
  /**
   * The options of a verifier or an adapter of Portcullis that trusts this issuer.
   *
   * @param core `{ localJwks, secret }` of `@portcullis/core`, or that module
   */
  verifierOptions<Source extends { find(header: never): unknown }>(
    core: KeySourceFactories<Source>,
  ): TestVerifierOptions<Source>
  /** Publishes a new key, which does not sign yet; answers its id. */
  publish(wanted?: NewKey): Promise<string>
  /** Signs with that key from now on, published or not. */
  signWith(keyId: string): void
  /** Publishes the key no longer; a token can still be signed with it by naming its id. */
  retire(keyId: string): void
  /** Publishes a new key and signs with it in the same moment; the old one stays published until it is retired. */
  rotate(wanted?: NewKey): Promise<string>
}
