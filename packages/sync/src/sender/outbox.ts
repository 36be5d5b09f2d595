import type { OutgoingRecord } from '../body/record.js'
import { NO_BATCH } from '../envelope/digest.js'
import type { ContentEncoding } from '../envelope/envelope.js'

/** A batch that was cut, and whose bytes may be on their way under an envelope. */
export interface PreparedBatch {
  readonly first: number
  readonly last: number
  readonly digest: string
  readonly encoding: ContentEncoding
}

/** How far a receiver is, as far as this sender knows. */
export interface Progress {
  /** Sequence number of the last record that the receiver has applied; 0 before the first. */
  readonly sequence: number
  /** Digest of the last batch that it has applied; `none` before the first. */
  readonly digest: string
  readonly prepared: PreparedBatch | undefined
  /** Seconds since the epoch: until then an envelope that was sent may still be believed; 0 before the first. */
  readonly validUntil: number
  /** Counts the changes. */
  readonly revision: number
}

export const NO_PROGRESS: Progress = Object.freeze({
  sequence: 0,
  digest: NO_BATCH,
  prepared: undefined,
  validUntil: 0,
  revision: 0,
})

/**
 * What a sender sends, and what it remembers of each receiver. `createSqlOutbox` keeps it in any database that Kysely
 * speaks to; this is what another one must do.
 */
export interface Outbox {
  /** The records with a sequence number above `after`, in order and without gaps. What was answered once never changes. */
  read(after: number): AsyncIterable<OutgoingRecord>
  /** {@link NO_PROGRESS} for a receiver that is not known yet. */
  progress(receiver: string): Promise<Progress>
  /**
   * Keeps the progress, durably, if the one that is kept still has the revision before it. Where a batch was
   * acknowledged, its digest is remembered with its last sequence number, for {@link Outbox.digestAt}.
   *
   * @returns whether it was kept
   */
  keep(receiver: string, progress: Progress): Promise<boolean>
  /** The digest of the acknowledged batch that ended with this record, where it is remembered. */
  digestAt(receiver: string, sequence: number): Promise<string | undefined>
}
