import { readRecords } from '../body/read-records.js'
import type { ArrivedBody } from '../body/receive-body.js'
import type { BatchEnvelope } from '../envelope/envelope.js'
import { BatchRefused, SyncError } from '../outcome/sync-error.js'
import type { Cursor, StateStep } from '../state/state.js'
import { openBatch } from './batch.js'
import { placeOf } from './order.js'
import type { ReceiverSettings } from './receiver-options.js'
import type { StreamSettings } from './stream-options.js'

export interface Applied {
  readonly result: 'applied' | 'already_applied'
  readonly cursor: Cursor
}

/**
 * Applies a batch whose bytes are those that were signed, in one transaction with the cursor. The place is looked at
 * once more inside, where no other batch of the sender can come between.
 *
 * @throws SyncError
 */
export function applyBatch(
  envelope: BatchEnvelope,
  { spool }: ArrivedBody,
  stream: StreamSettings,
  { state, apply, limits }: ReceiverSettings,
): Promise<Applied> {
  const { first, last, digest, schema, id } = envelope
  return state.transaction(keyOf(envelope), async (step): Promise<Applied> => {
    const { cursor } = step
    if (placeOf(envelope, cursor, await step.overlapping(first, last)) === 'applied') {
      return { result: 'already_applied', cursor }
    }
    if (schema < cursor.schema) throw new SyncError('schema_downgrade')
    await applyRecords(envelope, readRecords(spool.read(), envelope, limits), stream, step, apply)
    const moved = { sequence: last, digest, schema }
    await step.advance({ first, last, digest, envelopeId: id }, moved)
    return { result: 'applied', cursor: moved }
  })
}

async function applyRecords(
  envelope: BatchEnvelope,
  pages: ReturnType<typeof readRecords>,
  { versioned }: StreamSettings,
  step: StateStep<unknown>,
  apply: ReceiverSettings['apply'],
): Promise<void> {
  const opened = openBatch(envelope, pages, step, versioned)
  // A wrong record is the reason, also where `apply` has thrown something of its own because of it.
  try {
    await apply(opened.batch, step.transaction)
    await opened.finish()
  } catch (error) {
    throw reasonOf(opened.failure() ?? error)
  } finally {
    await pages.return()
  }
}

function reasonOf(error: unknown): SyncError {
  if (error instanceof SyncError) return error
  if (error instanceof BatchRefused) return new SyncError('batch_refused', { cause: error })
  return new SyncError('apply_failed', { cause: error })
}

/** Each sender has a sequence of its own in each stream. */
export function keyOf({ stream, sender: { issuer, subject } }: Pick<BatchEnvelope, 'stream' | 'sender'>) {
  return { stream, issuer, subject }
}
