import { Kysely, PostgresDialect } from 'kysely'
import { Pool, type PoolConfig } from 'pg'

/**
 * Opens a PostgreSQL database by pg.
 *
 * @param connection the URL, or the options of a pool; `max` is at least 2, since a batch has a connection of its own
 */
export function postgresDatabase<Tables>(connection: string | PoolConfig): Kysely<Tables> {
  const config = typeof connection === 'string' ? { connectionString: connection } : connection
  const pool = new Pool({ ...config, max: Math.max(2, config.max ?? 10) })
  // A connection that breaks is replaced by the next query; unheard, it would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
}
