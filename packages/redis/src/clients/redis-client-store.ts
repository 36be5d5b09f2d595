import { readOptions } from '@portcullis/core/internal'
import type { Client, ClientStore } from '@portcullis/issuer'
import { connectionOf } from '../connection/connection.js'
import { digestOf, keyOf } from '../connection/keys.js'
import type { RedisClient } from '../connection/redis-client.js'
import { sharedReaders, type RedisStoreOptions } from '../options/shared-options.js'

/** Clients that come and go while the issuers run. */
export interface RedisClientStore extends ClientStore {
  /** Registers a client, or puts it in the place of the one with its id. @throws ConfigurationError, RedisStoreError */
  save(client: Client): Promise<void>
  /** Takes a client away, and its refresh tokens end with it. @returns whether there was one */
  remove(id: string): Promise<boolean>
}

/**
 * Registered clients for any number of issuers: each is one key, which does not expire. Secrets are in it as digests.
 *
 * The methods reject with RedisStoreError where Redis does not answer in time.
 *
 * @throws ConfigurationError
 */
export function redisClientStore(client: RedisClient, options: RedisStoreOptions = {}): RedisClientStore {
  const { prefix, timeout } = readOptions<Required<RedisStoreOptions>>(
    'redisClientStore()',
    options,
    sharedReaders,
  )
  const connection = connectionOf(client, timeout)
  const keyOfId = (id: string) => keyOf(prefix, `client.${digestOf(id)}`, 'record')

  return Object.freeze({
    async find(id) {
      const key = keyOfId(id)
      const found = await connection.command(key, ['GET', key])
      return typeof found === 'string' ? (JSON.parse(found) as Client) : undefined
    },
    async save(registered) {
      // Services that verify tokens only never load the issuer.
      const { checkClient } = await import('@portcullis/issuer')
      const checked = checkClient(registered)
      const key = keyOfId(checked.id)
      await connection.command(key, ['SET', key, JSON.stringify(checked)])
    },
    async remove(id) {
      const key = keyOfId(id)
      return (await connection.command(key, ['DEL', key])) === 1
    },
  } satisfies RedisClientStore)
}
