import { ConfigurationError } from '@portcullis/core'
import { sql, type Kysely, type Transaction } from 'kysely'
import { isRecordId, type OutgoingRecord } from '../body/record.js'
import { streamName } from '../options/stream-name.js'
import { NO_PROGRESS, type Outbox, type PreparedBatch, type Progress } from '../sender/outbox.js'
import { createTables, type SyncTables } from './tables.js'

export interface SqlOutboxOptions<Tables> {
  /** The database that the data are in. */
  readonly database: Kysely<Tables>
  readonly stream: string
  /** Acknowledged batches of each receiver to remember, 1 to 1,000,000; default 10,000. */
  readonly history?: number
}

/** What is to be sent: data, or that something is gone. */
export type NewRecord =
  | { readonly id: string; readonly version?: number; readonly data: unknown }
  | { readonly id: string; readonly version?: number; readonly deleted: true }

/** An outbox in an SQL database. */
export interface SqlOutbox<Tables> extends Outbox {
  /**
   * Puts records at the end, in the transaction that also writes what they are about: both are kept, or neither.
   *
   * @returns the sequence number of the last one
   * @throws TypeError for an id, a version or data that a receiver would refuse
   */
  append(transaction: Transaction<Tables>, records: readonly NewRecord[]): Promise<number>
  /** Forgets the records up to a sequence number; a receiver that was set back behind it cannot be served any more. */
  forget(upTo: number): Promise<void>
}

const FIRST_PAGE = 64
const LARGEST_PAGE = 512
const PAGE_BYTES = 1_048_576
const INSERT_ROWS = 200

/** An outbox of one stream; makes its tables where they are missing. */
export async function createSqlOutbox<Tables>(options: SqlOutboxOptions<Tables>): Promise<SqlOutbox<Tables>> {
  const { database, history = 10_000 } = options
  const stream = streamName(options.stream, 'stream')
  const own = database as unknown as Kysely<SyncTables>
  await createTables(own, 'sending')
  return Object.freeze({
    append: (transaction: Transaction<Tables>, records: readonly NewRecord[]) =>
      append(transaction as unknown as Kysely<SyncTables>, stream, records),
    async forget(upTo: number) {
      await own
        .deleteFrom('portcullis_sync_outbox')
        .where('stream', '=', stream)
        .where('sequence', '<=', upTo)
        .execute()
    },
    read: (after: number) => readAfter(own, stream, after),
    progress: (receiver: string) => readProgress(own, stream, receiver),
    keep: (receiver: string, progress: Progress) =>
      own.transaction().execute((transaction) => keep(transaction, stream, receiver, progress, history)),
    async digestAt(receiver: string, sequence: number) {
      const row = await own
        .selectFrom('portcullis_sync_sent')
        .select('digest')
        .where((where) => where.and({ stream, receiver, last_sequence: sequence }))
        .executeTakeFirst()
      return row?.digest
    },
  })
}

type Own = Kysely<SyncTables>

async function append(own: Own, stream: string, records: readonly NewRecord[]): Promise<number> {
  const rows = records.map(rowOf)
  // Whoever appends waits here for whoever has appended before: no gaps, and no number is seen before a lower one.
  const head = await own
    .insertInto('portcullis_sync_heads')
    .values({ stream, sequence: rows.length })
    .onConflict((conflict) =>
      conflict.column('stream').doUpdateSet({
        sequence: sql`portcullis_sync_heads.sequence + ${sql.lit(rows.length)}`,
      }),
    )
    .returning('sequence')
    .executeTakeFirstOrThrow()
  const last = Number(head.sequence)
  const first = last - rows.length + 1
  for (let at = 0; at < rows.length; at += INSERT_ROWS) {
    await own
      .insertInto('portcullis_sync_outbox')
      .values(
        rows
          .slice(at, at + INSERT_ROWS)
          .map((row, index) => ({ stream, sequence: first + at + index, ...row })),
      )
      .execute()
  }
  return last
}

function rowOf(record: NewRecord): { record_id: string; version: number | null; data: string | null } {
  const { id, version } = record
  if (typeof id !== 'string' || !isRecordId(id))
    throw new TypeError('The id of a record is not of the right form')
  if (version !== undefined && !(Number.isSafeInteger(version) && version >= 1)) {
    throw new TypeError('The version of a record is a whole number from 1')
  }
  const data = 'deleted' in record ? null : (JSON.stringify(record.data) as string | undefined)
  if (data === undefined) throw new TypeError('A record needs data, or deleted: true')
  return { record_id: id, version: version ?? null, data }
}

/** Pages of about a mebibyte, whatever the size of the records. */
async function* readAfter(own: Own, stream: string, after: number): AsyncGenerator<OutgoingRecord> {
  let position = after
  let page = FIRST_PAGE
  for (;;) {
    const rows = await own
      .selectFrom('portcullis_sync_outbox')
      .select(['sequence', 'record_id', 'version', 'data'])
      .where('stream', '=', stream)
      .where('sequence', '>', position)
      .orderBy('sequence')
      .limit(page)
      .execute()
    let bytes = 0
    for (const { sequence, record_id: id, version, data } of rows) {
      if (Number(sequence) !== position + 1) {
        throw new ConfigurationError('outbox', 'has forgotten records that the receiver still needs')
      }
      position++
      bytes += data?.length ?? 0
      yield {
        sequence: position,
        id,
        version: version === null ? undefined : Number(version),
        json: data ?? undefined,
      }
    }
    if (rows.length < page) return
    page = Math.max(1, Math.min(LARGEST_PAGE, Math.floor((PAGE_BYTES * rows.length) / Math.max(bytes, 1))))
  }
}

async function readProgress(own: Own, stream: string, receiver: string): Promise<Progress> {
  const row = await own
    .selectFrom('portcullis_sync_progress')
    .selectAll()
    .where((where) => where.and({ stream, receiver }))
    .executeTakeFirst()
  if (row === undefined) return NO_PROGRESS
  return {
    sequence: Number(row.sequence),
    digest: row.digest,
    prepared: row.prepared === null ? undefined : (JSON.parse(row.prepared) as PreparedBatch),
    validUntil: Number(row.valid_until),
    revision: Number(row.revision),
  }
}

async function keep(
  own: Own,
  stream: string,
  receiver: string,
  { sequence, digest, prepared, validUntil, revision }: Progress,
  history: number,
): Promise<boolean> {
  const values = {
    sequence,
    digest,
    prepared: prepared === undefined ? null : JSON.stringify(prepared),
    valid_until: Math.ceil(validUntil),
    revision,
  }
  const kept =
    revision === 1
      ? await own
          .insertInto('portcullis_sync_progress')
          .values({ stream, receiver, ...values })
          .onConflict((conflict) => conflict.doNothing())
          .returning('revision')
          .executeTakeFirst()
      : await own
          .updateTable('portcullis_sync_progress')
          .set(values)
          .where((where) => where.and({ stream, receiver, revision: revision - 1 }))
          .returning('revision')
          .executeTakeFirst()
  if (kept === undefined) return false
  if (sequence > 0) await remember(own, stream, receiver, sequence, digest, history)
  return true
}

async function remember(
  own: Own,
  stream: string,
  receiver: string,
  last_sequence: number,
  digest: string,
  history: number,
): Promise<void> {
  // A receiver that was set back is behind what is remembered after it.
  await own
    .deleteFrom('portcullis_sync_sent')
    .where((where) => where.and({ stream, receiver }))
    .where('last_sequence', '>', last_sequence)
    .execute()
  await own
    .insertInto('portcullis_sync_sent')
    .values({ stream, receiver, last_sequence, digest })
    .onConflict((conflict) =>
      conflict.columns(['stream', 'receiver', 'last_sequence']).doUpdateSet({ digest: sql`excluded.digest` }),
    )
    .execute()
  const oldest = await own
    .selectFrom('portcullis_sync_sent')
    .select('last_sequence')
    .where((where) => where.and({ stream, receiver }))
    .orderBy('last_sequence', 'desc')
    .offset(history)
    .limit(1)
    .executeTakeFirst()
  if (oldest === undefined) return
  await own
    .deleteFrom('portcullis_sync_sent')
    .where((where) => where.and({ stream, receiver }))
    .where('last_sequence', '<=', Number(oldest.last_sequence))
    .execute()
}
