import type { RefreshFamily, RefreshOutcome, RefreshStep } from './refresh-family.js'

/**
 * Keeps refresh tokens. Each method is one atomic step, also among processes: of any number of `rotate` calls with one
 * token at the same time, one answers `rotated`, and the others `repeated` with what that one stored. What was answered
 * survives a crash, where the store survives one.
 *
 * A store need not check who asks. It keeps digests only, and may forget a family once `expiresAt` has passed. Where it
 * cannot say, it rejects.
 */
export interface RefreshTokenStore {
  /** Keeps a new family. */
  create(family: RefreshFamily): Promise<void>
  find(familyId: string): Promise<RefreshFamily | undefined>
  /** Applies a step as `rotateFamily` says it. */
  rotate(step: RefreshStep): Promise<RefreshOutcome>
  /** Ends a family; one that is unknown or ended already stays as it is. */
  revoke(familyId: string, now: number): Promise<void>
}
