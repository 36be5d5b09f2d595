import type { Prover } from '../proofs/prover.js'

/** A token as a source gives it. What is inspected, logged or serialised of it does not show the token. */
export interface AccessToken {
  /** The token itself. */
  readonly token: string
  /** `DPoP` for one that is bound to the key of its source. */
  readonly tokenType: 'Bearer' | 'DPoP'
  /** Seconds since the epoch. */
  readonly expiresAt: number
  readonly scope: readonly string[]
  /**
   * What a request with this token carries: `authorization`, and for a bound token `dpop`, a proof that is good for
   * this request once. Where the request goes is for the caller to check; `authorizedFetch()` does.
   */
  headersFor(request: { readonly method: string; readonly url: string }): Promise<Record<string, string>>
  /** Takes the nonce of an answer for the proofs to come (RFC 9449 section 8.2); whether there was one. */
  learnNonce(url: string, headers: { get(name: string): string | null }): boolean
}

export interface AccessTokenParts {
  readonly token: string
  readonly expiresAt: number
  readonly scope: readonly string[]
  readonly prover: Prover | undefined
}

class HeldToken implements AccessToken {
  readonly tokenType: 'Bearer' | 'DPoP'
  readonly expiresAt: number
  readonly scope: readonly string[]
  readonly #token: string
  readonly #prover: Prover | undefined

  constructor({ token, expiresAt, scope, prover }: AccessTokenParts) {
    this.tokenType = prover === undefined ? 'Bearer' : 'DPoP'
    this.expiresAt = expiresAt
    this.scope = Object.freeze([...scope])
    this.#token = token
    this.#prover = prover
    Object.freeze(this)
  }

  get token(): string {
    return this.#token
  }

  async headersFor({ method, url }: { readonly method: string; readonly url: string }) {
    const headers: Record<string, string> = { authorization: `${this.tokenType} ${this.#token}` }
    if (this.#prover !== undefined) {
      headers.dpop = await this.#prover.prove({ method, url, token: this.#token })
    }
    return headers
  }

  learnNonce(url: string, headers: { get(name: string): string | null }): boolean {
    return this.#prover?.learnNonce(url, headers) ?? false
  }
}

export function createAccessToken(parts: AccessTokenParts): AccessToken {
  return new HeldToken(parts)
}
