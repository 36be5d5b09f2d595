import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedDatabase } from '@portcullis/sync/embedded'
import { postgresDatabase } from '@portcullis/sync/postgres'
import { sql, type Kysely } from 'kysely'
import { optionalSetting } from '../../../../test/support/optional-part.ts'

/** The data of a test: what was applied, with each application of each record. */
export interface TestTables {
  items: { id: string; data: string | null }
  applications: { position: string | number; stream: string; sequence: number | string }
}

export interface TestDatabase {
  readonly database: Kysely<TestTables>
  /** For another process or another connection to the same data. */
  readonly address: string
  close(): Promise<void>
}

export type OpenDatabase = () => Promise<TestDatabase>

async function openEmbedded(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-sync-test-'))
  const address = join(folder, 'data.db')
  const database = embeddedDatabase<TestTables>(address)
  await createItems(database)
  return {
    database,
    address,
    async close() {
      await database.destroy()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const url = optionalSetting('DATABASE_URL', 'the URL of a PostgreSQL where databases may be made')

async function openPostgres(): Promise<TestDatabase> {
  const name = `portcullis_test_${randomBytes(8).toString('hex')}`
  const admin = postgresDatabase<object>({ connectionString: url, max: 2 })
  await sql`create database ${sql.id(name)}`.execute(admin)
  const address = Object.assign(new URL(url ?? ''), { pathname: `/${name}` }).href
  const database = postgresDatabase<TestTables>(address)
  await createItems(database)
  return {
    database,
    address,
    async close() {
      await database.destroy()
      await sql`drop database ${sql.id(name)} with (force)`.execute(admin)
      await admin.destroy()
    },
  }
}

export async function createItems(database: Kysely<TestTables>): Promise<void> {
  await sql`create table if not exists items (id text primary key, data text)`.execute(database)
  await sql`create table if not exists applications (stream text, sequence bigint, position text)`.execute(
    database,
  )
}

/** Every database that this machine offers. */
export const databases: readonly (readonly [name: string, open: OpenDatabase])[] = [
  ['the embedded database', openEmbedded],
  ...(url === undefined ? [] : [['PostgreSQL', openPostgres] as const]),
]
