import { readOptions } from '@portcullis/core/internal'
import type { ApiKeyStore, StoredApiKey } from '@portcullis/issuer'
import { connectionOf } from '../connection/connection.js'
import { digestOf, keyOf } from '../connection/keys.js'
import type { RedisClient } from '../connection/redis-client.js'
import { sharedReaders, type RedisStoreOptions } from '../options/shared-options.js'
import { ADD_API_KEY, REVOKE_API_KEY } from './api-key-scripts.js'

/**
 * API keys for any number of issuers. They are in one slot of a Cluster, since a key and the list of its client's keys
 * change in one step; there are few of them. A key is there as the digest of its secret, and expires by itself.
 *
 * The methods reject with RedisStoreError where Redis does not answer in time.
 *
 * @throws ConfigurationError
 */
export function redisApiKeyStore(client: RedisClient, options: RedisStoreOptions = {}): ApiKeyStore {
  const { prefix, timeout, clock } = readOptions<Required<RedisStoreOptions>>(
    'redisApiKeyStore()',
    options,
    sharedReaders,
  )
  const connection = connectionOf(client, timeout)
  const keyOfId = (id: string) => keyOf(prefix, 'api-keys', `key:${digestOf(id)}`)
  const keyOfOwner = (clientId: string) => keyOf(prefix, 'api-keys', `owner:${digestOf(clientId)}`)

  const find = async (id: string): Promise<StoredApiKey | undefined> => {
    const key = keyOfId(id)
    const found = await connection.command(key, ['HMGET', key, 'record', 'revokedAt'])
    const [record, revokedAt] = found as readonly (string | null)[]
    if (typeof record !== 'string') return undefined
    const stored = JSON.parse(record) as StoredApiKey
    return typeof revokedAt === 'string' ? { ...stored, revokedAt: Number(revokedAt) } : stored
  }
  return Object.freeze({
    async add(key, limit, now) {
      const life = Math.ceil((key.expiresAt - clock()) * 1000)
      if (!Number.isSafeInteger(life)) throw new TypeError('An API key needs an end')
      const parameters = [key.id, JSON.stringify(key), key.expiresAt, Math.max(1, life), limit, now]
      const keys = [keyOfId(key.id), keyOfOwner(key.clientId)] as const
      return (await connection.run(ADD_API_KEY, [...keys], parameters.map(String))) === 'added'
    },
    find,
    async revoke(id, now) {
      const key = await find(id)
      if (key === undefined) return false
      const keys = [keyOfId(id), keyOfOwner(key.clientId)] as const
      return (await connection.run(REVOKE_API_KEY, [...keys], [id, String(now)])) === 'revoked'
    },
  } satisfies ApiKeyStore)
}
