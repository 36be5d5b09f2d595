/** A session as it is kept. Plain JSON; no token is in it. Times are seconds since the epoch. */
export interface StoredSession {
  /** The `sid` of its tokens: 128 random bits. */
  readonly id: string
  readonly subject: string
  /** Names its refresh tokens at the issuer. */
  readonly signInId: string
  readonly createdAt: number
  readonly lastSeenAt: number
  /** When it ends if it is not used. */
  readonly idleExpiresAt: number
  /** When it ends, whatever is done. */
  readonly expiresAt: number
  /** Seconds that its access tokens live. */
  readonly accessLifetime: number
  /** What the browser says that it is (`User-Agent`), at most 256 characters; not to be believed. */
  readonly device: string
}

/**
 * Keeps sessions. Each method is one atomic step, also among processes. A store need not check who asks, and may forget
 * a session once `idleExpiresAt` has passed. Where it cannot say, it rejects.
 */
export interface SessionStore {
  create(session: StoredSession): Promise<void>
  find(id: string): Promise<StoredSession | undefined>
  /** Notes that a session was used; undefined where it is not there, which this must not bring back. */
  touch(
    id: string,
    seen: Pick<StoredSession, 'lastSeenAt' | 'idleExpiresAt' | 'accessLifetime'>,
  ): Promise<StoredSession | undefined>
  /** The sessions of a user, in any order. */
  list(subject: string): Promise<readonly StoredSession[]>
  /** One that is unknown is nothing to remove. */
  remove(id: string): Promise<void>
}
