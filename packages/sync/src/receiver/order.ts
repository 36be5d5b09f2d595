import type { BatchEnvelope } from '../envelope/envelope.js'
import { SyncError } from '../outcome/sync-error.js'
import type { AppliedBatch, Cursor } from '../state/state.js'

type Placed = Pick<BatchEnvelope, 'id' | 'first' | 'last' | 'digest' | 'previous'>

/**
 * Where a batch stands. Each batch names the digest of the one before it, so that the sequence numbers and what stands
 * under them are one chain.
 *
 * @param overlapping what is remembered of the batch's sequence numbers
 * @returns `next` for the batch to apply now, `applied` for the last one, sent again under a new envelope
 * @throws SyncError `sequence_gap`, `sequence_rollback`, `envelope_replayed`, and the alarms `fork_detected` and
 *   `previous_mismatch`
 */
export function placeOf(
  { id, first, last, digest, previous }: Placed,
  cursor: Cursor,
  overlapping: readonly AppliedBatch[],
): 'next' | 'applied' {
  if (first > cursor.sequence + 1) throw new SyncError('sequence_gap')
  if (first === cursor.sequence + 1) {
    if (previous === cursor.digest) return 'next'
    throw new SyncError('previous_mismatch')
  }
  const same = overlapping.find(
    (batch) => batch.first === first && batch.last === last && batch.digest === digest,
  )
  if (same?.envelopeId === id) throw new SyncError('envelope_replayed')
  if (same !== undefined && last === cursor.sequence) return 'applied'
  // What is not remembered any more is as old as what is the same: nothing of it is new.
  if (same !== undefined || overlapping.length === 0) throw new SyncError('sequence_rollback')
  throw new SyncError('fork_detected')
}
