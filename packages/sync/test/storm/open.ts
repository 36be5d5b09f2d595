import { sql, type Kysely } from 'kysely'

export interface StormTables {
  items: { stream: string; id: string; data: string }
  applications: { stream: string; sequence: number | string }
}

/** Loads only what it needs, since a process that is killed often must start quickly. */
export async function openDatabase(address: string): Promise<Kysely<StormTables>> {
  if (address.startsWith('postgres')) {
    const { postgresDatabase } = await import('@portcullis/sync/postgres')
    return postgresDatabase({ connectionString: address, max: 4 })
  }
  const { embeddedDatabase } = await import('@portcullis/sync/embedded')
  return embeddedDatabase(address)
}

export async function createData(database: Kysely<StormTables>): Promise<void> {
  await sql`create table items (stream text, id text, data text, primary key (stream, id))`.execute(database)
  await sql`create table applications (stream text, sequence bigint)`.execute(database)
}
