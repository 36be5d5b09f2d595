import type { Revocation, RevocationStore } from '@portcullis/core'
import type { KeyRingStore, RefreshTokenStore } from '@portcullis/issuer'
import type { RateLimiterAbstract } from 'rate-limiter-flexible'

/** Records of one kind, by their ids. */
export interface Records<T> {
  find(id: string): Promise<T | undefined>
  all(): Promise<readonly T[]>
  /**
   * One atomic step, among processes too; it may be tried more than once.
   *
   * @param step is given the record, and answers what it is to be, or undefined to leave it as it is
   * @returns what the step answered
   */
  change(id: string, step: (current: T | undefined) => T | undefined): Promise<T | undefined>
}

/** Everything that a service keeps: in its memory, or on Redis, where all processes of all services share it. */
export interface State {
  /** Whether what one service is told the others know as well. */
  readonly isShared: boolean
  readonly revocation: RevocationStore & { revoke(revocation: Revocation): void | Promise<void> }
  readonly refreshTokens: RefreshTokenStore
  /** The key ring of an issuer. */
  keyRing(issuer: string): KeyRingStore
  /** Counts attempts in a minute. */
  attempts(name: string, points: number): RateLimiterAbstract
  records<T>(name: string): Records<T>
}

/** What a service keeps cannot be asked for now. */
export class StateUnavailable extends Error {
  readonly status = 503
  readonly statusCode = 503
  readonly code = 'state_unavailable'
  readonly expose = true
  readonly headers: Readonly<Record<string, string>> = { 'Retry-After': '5' }
  constructor(cause: unknown) {
    super('State cannot be had now', { cause })
  }
}
