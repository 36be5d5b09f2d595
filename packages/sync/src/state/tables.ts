import { sql, type Kysely } from 'kysely'

interface Keyed {
  stream: string
  issuer: string
  subject: string
}

/** The tables of this package, in whatever database they are; `bigint` comes back as text from PostgreSQL. */
export interface SyncTables {
  portcullis_sync_cursors: Keyed & {
    sequence: number | string
    digest: string
    schema_version: number | string
    batches: number | string
  }
  portcullis_sync_batches: Keyed & {
    number: number | string
    first_sequence: number | string
    last_sequence: number | string
    digest: string
    envelope_id: string
  }
  portcullis_sync_versions: { stream: string; record_id: string; version: number | string }
  portcullis_sync_alarms: Keyed & {
    code: string
    first_sequence: number | string
    last_sequence: number | string
    digest: string
    previous: string
    envelope_id: string
    issued_at: number | string
  }
  portcullis_sync_heads: { stream: string; sequence: number | string }
  portcullis_sync_outbox: {
    stream: string
    sequence: number | string
    record_id: string
    version: number | string | null
    /** JSON; null where the record says that something is gone. */
    data: string | null
  }
  portcullis_sync_progress: {
    stream: string
    receiver: string
    sequence: number | string
    digest: string
    /** JSON of the batch that is on its way. */
    prepared: string | null
    valid_until: number | string
    revision: number | string
  }
  portcullis_sync_sent: { stream: string; receiver: string; last_sequence: number | string; digest: string }
}

const TEXT = ['stream', 'issuer', 'subject'] as const

type Column = readonly [name: string, type: 'text' | 'bigint', nullable?: 'nullable']

const KEY: readonly Column[] = TEXT.map((name) => [name, 'text'] as const)

/** Columns and primary keys. */
const TABLES: Readonly<
  Record<keyof SyncTables, { readonly columns: readonly Column[]; readonly key: readonly string[] }>
> = {
  portcullis_sync_cursors: {
    columns: [
      ...KEY,
      ['sequence', 'bigint'],
      ['digest', 'text'],
      ['schema_version', 'bigint'],
      ['batches', 'bigint'],
    ],
    key: TEXT,
  },
  portcullis_sync_batches: {
    columns: [
      ...KEY,
      ['number', 'bigint'],
      ['first_sequence', 'bigint'],
      ['last_sequence', 'bigint'],
      ['digest', 'text'],
      ['envelope_id', 'text'],
    ],
    key: [...TEXT, 'last_sequence'],
  },
  portcullis_sync_versions: {
    columns: [
      ['stream', 'text'],
      ['record_id', 'text'],
      ['version', 'bigint'],
    ],
    key: ['stream', 'record_id'],
  },
  portcullis_sync_alarms: {
    columns: [
      ...KEY,
      ['code', 'text'],
      ['first_sequence', 'bigint'],
      ['last_sequence', 'bigint'],
      ['digest', 'text'],
      ['previous', 'text'],
      ['envelope_id', 'text'],
      ['issued_at', 'bigint'],
    ],
    key: [...TEXT, 'code', 'first_sequence', 'digest'],
  },
  portcullis_sync_heads: {
    columns: [
      ['stream', 'text'],
      ['sequence', 'bigint'],
    ],
    key: ['stream'],
  },
  portcullis_sync_outbox: {
    columns: [
      ['stream', 'text'],
      ['sequence', 'bigint'],
      ['record_id', 'text'],
      ['version', 'bigint', 'nullable'],
      ['data', 'text', 'nullable'],
    ],
    key: ['stream', 'sequence'],
  },
  portcullis_sync_progress: {
    columns: [
      ['stream', 'text'],
      ['receiver', 'text'],
      ['sequence', 'bigint'],
      ['digest', 'text'],
      ['prepared', 'text', 'nullable'],
      ['valid_until', 'bigint'],
      ['revision', 'bigint'],
    ],
    key: ['stream', 'receiver'],
  },
  portcullis_sync_sent: {
    columns: [
      ['stream', 'text'],
      ['receiver', 'text'],
      ['last_sequence', 'bigint'],
      ['digest', 'text'],
    ],
    key: ['stream', 'receiver', 'last_sequence'],
  },
}

const RECEIVING = [
  'portcullis_sync_cursors',
  'portcullis_sync_batches',
  'portcullis_sync_versions',
  'portcullis_sync_alarms',
] as const
const SENDING = [
  'portcullis_sync_heads',
  'portcullis_sync_outbox',
  'portcullis_sync_progress',
  'portcullis_sync_sent',
] as const

/** Makes the tables that are not there yet. Their columns and types are the same in every database. */
export async function createTables(
  database: Kysely<SyncTables>,
  purpose: 'receiving' | 'sending',
): Promise<void> {
  const create = () =>
    database.transaction().execute(async (transaction) => {
      for (const name of purpose === 'receiving' ? RECEIVING : SENDING) await createTable(transaction, name)
    })
  // Of two processes that start together PostgreSQL may refuse one, although it is told "if not exists".
  await create().catch(create)
}

function createTable(database: Kysely<SyncTables>, name: keyof SyncTables): Promise<void> {
  const { columns, key } = TABLES[name]
  let table = database.schema.createTable(name).ifNotExists()
  for (const [column, type, nullable] of columns) {
    table = table.addColumn(column, sql.raw(type), (definition) =>
      nullable === undefined ? definition.notNull() : definition,
    )
  }
  return table.addPrimaryKeyConstraint(`${name}_key`, [...key] as unknown as never[]).execute()
}
