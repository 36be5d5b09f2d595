import type { JwsHeader } from '../jose/jws-header.js'
import type { ChallengeSettings } from '../outcome/challenge.js'
import type { Confirmation } from '../proof/confirmation.js'
import type { Claims } from './claims.js'
import { claimAt } from './claim-at.js'
import { namesOf, scopesOf, type ClaimPaths } from './granted.js'

const GRANTED = { scopes: scopesOf, roles: namesOf, permissions: namesOf } as const

/** What a token is made of, once everything about it was checked. */
export interface ProvenParts<C> {
  readonly token: string
  readonly header: JwsHeader
  /** The claims as the issuer wrote them and as they were checked. */
  readonly proven: Claims
  /** The same, or what the user's schema made of them. */
  readonly claims: C
  readonly claimPaths: ClaimPaths
  readonly challenge: ChallengeSettings
  /** What the token is bound to; whoever receives a request must see the proof. */
  readonly confirmation: Confirmation | undefined
  /** Seconds since the epoch from which the token is refused, tolerance included. */
  readonly until: number
  readonly clock: () => number
}

/**
 * A token whose signature and claims were checked. Only a verifier can make one: nothing that was merely decoded
 * can stand in its place, neither for the compiler nor at run time. Frozen, since requests may share it.
 */
export class Auth<C = Claims> {
  /** The protected header; of an opaque token, which has none, `{ alg: 'introspection' }`. */
  readonly header: JwsHeader
  /** The claims, or what the user's schema made of them. */
  readonly claims: C
  /** Who issued the token (RFC 7519 section 4.1.1). */
  readonly issuer: string
  /** Whom it is about (RFC 7519 section 4.1.2). */
  readonly subject: string | undefined
  /** When it dies, in seconds since the epoch (RFC 7519 section 4.1.4). */
  readonly expiresAt: number

  readonly #parts: ProvenParts<C>
  /** Read when they are first asked for: many a route asks for none. */
  #granted: Record<keyof ClaimPaths, ReadonlySet<string> | undefined> | undefined

  /** @internal */
  constructor(parts: ProvenParts<C>) {
    this.#parts = parts
    this.header = parts.header
    this.claims = parts.claims
    this.issuer = parts.proven.iss
    this.subject = claimAt(parts.proven, ['sub']) as string | undefined
    this.expiresAt = parts.proven.exp
    Object.freeze(this)
  }

  /** The token itself, to pass it on. Not enumerable, so that nothing prints it by chance. */
  get token(): string {
    return this.#parts.token
  }

  /** The granted scopes, each whole. */
  get scopes(): readonly string[] {
    return [...Auth.granted(this, 'scopes')]
  }

  /** The roles, each whole. */
  get roles(): readonly string[] {
    return [...Auth.granted(this, 'roles')]
  }

  /** The permissions, each whole. */
  get permissions(): readonly string[] {
    return [...Auth.granted(this, 'permissions')]
  }

  /** Whether a value was made by a verifier, and not by somebody who set `req.auth`. */
  static is(value: unknown): value is Auth<unknown> {
    return typeof value === 'object' && value !== null && #parts in value
  }

  /** @internal The set itself, for policies; it must not be handed out. */
  static granted(token: Auth<unknown>, kind: keyof ClaimPaths): ReadonlySet<string> {
    const { proven, claimPaths } = token.#parts
    // Members of its own, so that nothing is ever read from Object.prototype.
    const granted = (token.#granted ??= { scopes: undefined, roles: undefined, permissions: undefined })
    return (granted[kind] ??= GRANTED[kind](proven, claimPaths[kind]))
  }

  /** @internal The value of a claim as the issuer wrote it, whatever a schema made of it. */
  static claimAt(token: Auth<unknown>, path: readonly string[]): unknown {
    return claimAt(token.#parts.proven, path)
  }

  /** @internal What the token is bound to. */
  static confirmationOf(token: Auth<unknown>): Confirmation | undefined {
    return token.#parts.confirmation
  }

  /** @internal Seconds since the epoch, by the clock that the token was verified with. */
  static now(token: Auth<unknown>): number {
    return token.#parts.clock()
  }

  /** @internal Seconds since the epoch from which the token is refused, whatever else holds. */
  static until(token: Auth<unknown>): number {
    return token.#parts.until
  }

  /** @internal How a later refusal of this token is to be challenged. */
  static challengeOf(token: Auth<unknown>): ChallengeSettings {
    return token.#parts.challenge
  }
}
