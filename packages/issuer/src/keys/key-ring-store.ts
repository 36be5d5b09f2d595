/** A ring as a store keeps it. */
export interface StoredKeyRing {
  /** Counts the changes, from 1. */
  readonly version: number
  /** Text to keep as it is. It holds private keys: keep it where secrets are kept. */
  readonly content: string
}

/**
 * Keeps the key ring of one issuer for all of its processes: compare and swap of one whole record.
 *
 * A store need not understand what it keeps. It must replace a ring in one atomic step, so that of several processes
 * one succeeds and a crash leaves the old ring or the new one, and it must be durable once `replace` has answered.
 * Where it cannot say, it rejects.
 */
export interface KeyRingStore {
  /** The ring that was stored last, or undefined where there is none. */
  read(): Promise<StoredKeyRing | undefined>
  /**
   * Stores the ring if the one at hand still has the version before it (none for version 1).
   *
   * @returns whether it was stored
   */
  replace(ring: StoredKeyRing): Promise<boolean>
}
