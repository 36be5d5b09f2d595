import { sql, type Kysely, type Transaction } from 'kysely'
import { NO_BATCH } from '../envelope/digest.js'
import type { AppliedBatch, Cursor, ForkAlarm, StateStep, StreamKey, SyncState } from './state.js'
import { createTables, type SyncTables } from './tables.js'

export interface SqlStateOptions<Tables> {
  /** The database that the data are in: `embeddedDatabase(path)`, `postgresDatabase(url)`, or another of Kysely's. */
  readonly database: Kysely<Tables>
  /** Batches of each sender and stream to remember, so that an old one is told from a fork, 1 to 1,000,000; default 10,000. */
  readonly history?: number
}

/** A state that lets people read what it keeps for them. */
export interface SqlState<Tables> extends SyncState<Transaction<Tables>> {
  /** The alarms that were raised, at most 1,000 of each sender and stream. */
  alarms(): Promise<readonly ForkAlarm[]>
}

const ALARMS_OF_A_KEY = 1000
const BEGINNING: Cursor = Object.freeze({ sequence: 0, digest: NO_BATCH, schema: 0 })

/**
 * The state of a receiver in an SQL database; makes its tables where they are missing. The statements are the same for
 * each database that Kysely speaks to.
 */
export async function createSqlState<Tables>({
  database,
  history = 10_000,
}: SqlStateOptions<Tables>): Promise<SqlState<Tables>> {
  const own = database as unknown as Kysely<SyncTables>
  await createTables(own, 'receiving')
  return Object.freeze({
    cursor: (key: StreamKey) => readCursor(own, key),
    overlapping: (key: StreamKey, first: number, last: number) => findOverlapping(own, key, first, last),
    transaction: <T>(key: StreamKey, work: (step: StateStep<Transaction<Tables>>) => Promise<T>) =>
      own.transaction().execute(async (transaction) => {
        await lock(transaction, key)
        return work({
          transaction: transaction as unknown as Transaction<Tables>,
          cursor: await readCursor(transaction, key),
          overlapping: (first, last) => findOverlapping(transaction, key, first, last),
          versions: (ids) => readVersions(transaction, key.stream, ids),
          keepVersions: (versions) => writeVersions(transaction, key.stream, versions),
          advance: (batch, cursor) => advance(transaction, key, batch, cursor, history),
        })
      }),
    raise: (alarm: ForkAlarm) => raise(own, alarm),
    alarms: () => readAlarms(own),
  })
}

type Own = Kysely<SyncTables>

/** The first statement writes, so that every database makes others wait here, and none reads what is then outdated. */
async function lock(own: Own, key: StreamKey): Promise<void> {
  await own
    .insertInto('portcullis_sync_cursors')
    .values({ ...keyOf(key), sequence: 0, digest: NO_BATCH, schema_version: 0, batches: 0 })
    .onConflict((conflict) =>
      conflict
        .columns(['stream', 'issuer', 'subject'])
        .doUpdateSet({ sequence: sql`portcullis_sync_cursors.sequence` }),
    )
    .execute()
}

async function readCursor(own: Own, key: StreamKey): Promise<Cursor> {
  const row = await own
    .selectFrom('portcullis_sync_cursors')
    .select(['sequence', 'digest', 'schema_version'])
    .where((where) => where.and(keyOf(key)))
    .executeTakeFirst()
  if (row === undefined) return BEGINNING
  return { sequence: Number(row.sequence), digest: row.digest, schema: Number(row.schema_version) }
}

async function findOverlapping(
  own: Own,
  key: StreamKey,
  first: number,
  last: number,
): Promise<readonly AppliedBatch[]> {
  const rows = await own
    .selectFrom('portcullis_sync_batches')
    .select(['first_sequence', 'last_sequence', 'digest', 'envelope_id'])
    .where((where) => where.and(keyOf(key)))
    .where('last_sequence', '>=', first)
    .where('first_sequence', '<=', last)
    .orderBy('last_sequence')
    .limit(10)
    .execute()
  return rows.map((row) => ({
    first: Number(row.first_sequence),
    last: Number(row.last_sequence),
    digest: row.digest,
    envelopeId: row.envelope_id,
  }))
}

async function readVersions(
  own: Own,
  stream: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await own
    .selectFrom('portcullis_sync_versions')
    .select(['record_id', 'version'])
    .where('stream', '=', stream)
    .where('record_id', 'in', ids)
    .execute()
  return new Map(rows.map((row) => [row.record_id, Number(row.version)]))
}

async function writeVersions(own: Own, stream: string, versions: ReadonlyMap<string, number>): Promise<void> {
  await own
    .insertInto('portcullis_sync_versions')
    .values([...versions].map(([record_id, version]) => ({ stream, record_id, version })))
    .onConflict((conflict) =>
      conflict.columns(['stream', 'record_id']).doUpdateSet({ version: sql`excluded.version` }),
    )
    .execute()
}

async function advance(
  own: Own,
  key: StreamKey,
  { first, last, digest, envelopeId }: AppliedBatch,
  cursor: Cursor,
  history: number,
): Promise<void> {
  const moved = await own
    .updateTable('portcullis_sync_cursors')
    .set({
      sequence: cursor.sequence,
      digest: cursor.digest,
      schema_version: cursor.schema,
      batches: sql`batches + 1`,
    })
    .where((where) => where.and(keyOf(key)))
    .returning('batches')
    .executeTakeFirstOrThrow()
  const number = Number(moved.batches)
  await own
    .insertInto('portcullis_sync_batches')
    .values({
      ...keyOf(key),
      number,
      first_sequence: first,
      last_sequence: last,
      digest,
      envelope_id: envelopeId,
    })
    .execute()
  if (number <= history) return
  await own
    .deleteFrom('portcullis_sync_batches')
    .where((where) => where.and(keyOf(key)))
    .where('number', '<=', number - history)
    .execute()
}

async function raise(own: Own, alarm: ForkAlarm): Promise<void> {
  const { count } = await own
    .selectFrom('portcullis_sync_alarms')
    .select((select) => select.fn.countAll().as('count'))
    .where((where) => where.and(keyOf(alarm)))
    .executeTakeFirstOrThrow()
  if (Number(count) >= ALARMS_OF_A_KEY) return
  await own
    .insertInto('portcullis_sync_alarms')
    .values({
      ...keyOf(alarm),
      code: alarm.code,
      first_sequence: alarm.first,
      last_sequence: alarm.last,
      digest: alarm.digest,
      previous: alarm.previous,
      envelope_id: alarm.envelopeId,
      issued_at: Math.floor(alarm.issuedAt),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function readAlarms(own: Own): Promise<readonly ForkAlarm[]> {
  const rows = await own.selectFrom('portcullis_sync_alarms').selectAll().execute()
  return rows.map((row) => ({
    ...keyOf(row),
    code: row.code as ForkAlarm['code'],
    first: Number(row.first_sequence),
    last: Number(row.last_sequence),
    digest: row.digest,
    previous: row.previous,
    envelopeId: row.envelope_id,
    issuedAt: Number(row.issued_at),
  }))
}

const keyOf = ({ stream, issuer, subject }: StreamKey) => ({ stream, issuer, subject })
