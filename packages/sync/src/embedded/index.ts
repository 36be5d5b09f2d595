import { Kysely, SqliteDialect } from 'kysely'
import Database from 'libsql'

/**
 * Opens an SQLite file by libsql, with settings that keep what was committed through a crash of the process and of the
 * machine. Several processes may open one file. Within a transaction, everything must go by the transaction: whatever
 * else is asked of the database waits for its end.
 *
 * @param path of the file, which is made where it is missing; `:memory:` for tests
 */
export function embeddedDatabase<Tables>(path: string): Kysely<Tables> {
  const database = new Database(path, { timeout: 10_000 })
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('busy_timeout = 10000')
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database }) })
}
