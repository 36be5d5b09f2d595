/** Whose records of which stream: each sender has a sequence of its own. */
export interface StreamKey {
  readonly stream: string
  /** The `iss` of the sender's envelopes. */
  readonly issuer: string
  /** The `sub` of the sender's envelopes. */
  readonly subject: string
}

/** How far a receiver is with a stream of a sender. */
export interface Cursor {
  /** Sequence number of the last record that was applied; 0 before the first. */
  readonly sequence: number
  /** Digest of the last batch that was applied; `none` before the first. */
  readonly digest: string
  /** The highest version of the schema that was applied; 0 before the first. */
  readonly schema: number
}

/** A batch that was applied. */
export interface AppliedBatch {
  readonly first: number
  readonly last: number
  readonly digest: string
  /** The `jti` of its envelope. */
  readonly envelopeId: string
}

/** Two signed statements of one sender that exclude each other. */
export interface ForkAlarm extends StreamKey {
  readonly code: 'fork_detected' | 'previous_mismatch'
  readonly first: number
  readonly last: number
  /** The digest of the batch that was refused. */
  readonly digest: string
  /** The digest of the batch before it, as the refused envelope has it. */
  readonly previous: string
  readonly envelopeId: string
  /** Seconds since the epoch: the `iat` of the refused envelope. */
  readonly issuedAt: number
}

/** What is read and written while one batch is applied; all of it, and the data, becomes durable together or not at all. */
export interface StateStep<Transaction> {
  /** The handle by which the data must be written. */
  readonly transaction: Transaction
  readonly cursor: Cursor
  /** As {@link SyncState.overlapping}. */
  overlapping(first: number, last: number): Promise<readonly AppliedBatch[]>
  /** The versions that were applied of some ids of the stream, whoever has sent them; ids without one are left out. */
  versions(ids: readonly string[]): Promise<ReadonlyMap<string, number>>
  keepVersions(versions: ReadonlyMap<string, number>): Promise<void>
  /** Remembers the batch and moves the cursor behind it. */
  advance(batch: AppliedBatch, cursor: Cursor): Promise<void>
}

/**
 * The memory of a receiver, in the database that the data are in. `createSqlState` keeps it in any database that Kysely
 * speaks to; this is what another one must do.
 */
export interface SyncState<Transaction> {
  /** How far the stream is; `{ sequence: 0, digest: 'none', schema: 0 }` where nothing was ever applied. */
  cursor(key: StreamKey): Promise<Cursor>
  /** Remembered batches that share a sequence number with `first` to `last`, at most 10, oldest first. */
  overlapping(key: StreamKey, first: number, last: number): Promise<readonly AppliedBatch[]>
  /**
   * Runs `work` in one transaction, and commits what it has done when it resolves, and nothing when it rejects. Of the
   * calls with one key, of all processes, one is inside at any time, and sees what the one before has committed.
   */
  transaction<T>(key: StreamKey, work: (step: StateStep<Transaction>) => Promise<T>): Promise<T>
  /** Keeps the alarm for people to read; the same one is kept once, and as many of a key as fit a bound. */
  raise(alarm: ForkAlarm): Promise<void>
}
