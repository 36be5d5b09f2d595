import type { SyncRecord } from '../body/record.js'
import type { BatchEnvelope, Sender } from '../envelope/envelope.js'
import { SyncError } from '../outcome/sync-error.js'
import type { StateStep } from '../state/state.js'

/** What `apply` is given: a batch whose sender, place and bytes were checked. */
export interface Batch {
  readonly stream: string
  readonly sender: Sender
  /** Sequence number of the first record. */
  readonly first: number
  /** Sequence number of the last record. */
  readonly last: number
  readonly schema: number
  /** Seconds since the epoch: when it was signed. */
  readonly issuedAt: number
  /**
   * The records in order, a few hundred at a time, so that many can be written by one statement. They can be gone
   * through once, by `pages` or by `records`. A record that is not as it must be makes the iteration throw, and the
   * batch is refused whatever `apply` does then.
   */
  readonly pages: AsyncIterable<readonly SyncRecord[]>
  /** The same, one by one. */
  readonly records: AsyncIterable<SyncRecord>
}

export interface OpenBatch {
  readonly batch: Batch
  /** Goes through what `apply` has left. @throws SyncError, also one that `apply` has swallowed */
  finish(): Promise<void>
  /** What was wrong with a record that was read, whatever `apply` has made of it. */
  failure(): Error | undefined
}

type Pages = AsyncGenerator<readonly SyncRecord[], void>

export function openBatch(
  envelope: BatchEnvelope,
  pages: Pages,
  step: StateStep<unknown>,
  versioned: boolean,
): OpenBatch {
  let failure: Error | undefined
  const checked = async function* (): Pages {
    try {
      for await (const page of pages) {
        if (versioned) await checkVersions(page, step)
        yield page
      }
    } catch (error) {
      failure = error as Error
      throw error
    }
  }
  const source = checked()
  // A consumer that leaves early must not end the source, of which the rest is still to be checked.
  const shared = { [Symbol.asyncIterator]: () => ({ next: () => source.next() }) }
  const { sender, stream, first, last, schema, issuedAt } = envelope
  const records = async function* () {
    for await (const page of shared) yield* page
  }
  return {
    batch: Object.freeze({
      sender,
      stream,
      first,
      last,
      schema,
      issuedAt,
      pages: shared,
      records: records(),
    }),
    async finish() {
      while ((await source.next()).done !== true);
      if (failure !== undefined) throw failure
    },
    failure: () => failure,
  }
}

/** @throws SyncError `record_malformed` without a version, `record_version_stale` */
async function checkVersions(page: readonly SyncRecord[], step: StateStep<unknown>): Promise<void> {
  const known = await step.versions([...new Set(page.map(({ id }) => id))])
  const newest = new Map<string, number>()
  for (const { id, version, sequence } of page) {
    if (version === undefined) throw new SyncError('record_malformed', { record: sequence })
    const applied = newest.get(id) ?? known.get(id) ?? 0
    if (version <= applied) throw new SyncError('record_version_stale', { record: sequence })
    newest.set(id, version)
  }
  await step.keepVersions(newest)
}
