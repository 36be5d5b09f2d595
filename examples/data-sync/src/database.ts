import { embeddedDatabase } from '@portcullis/sync/embedded'
import { sql, type Kysely } from 'kysely'

/** Each side has both tables in a database of its own: one that it writes, and one that it is kept up to date with. */
export interface Tables {
  orders: { id: string; item: string; quantity: number }
  stock: { item: string; level: number; version: number }
  /** Every time that a record was applied; each should be here once. */
  applied: { stream: string; sequence: number }
}

export type Database = Kysely<Tables>

export async function openDatabase(path: string): Promise<Database> {
  const database = embeddedDatabase<Tables>(path)
  await sql`create table if not exists orders (id text primary key, item text, quantity integer)`.execute(
    database,
  )
  await sql`create table if not exists stock (item text primary key, level integer, version integer)`.execute(
    database,
  )
  await sql`create table if not exists applied (stream text, sequence integer)`.execute(database)
  return database
}
