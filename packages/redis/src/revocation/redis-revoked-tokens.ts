import { readOptions } from '@portcullis/core/internal'
import type { RevokedTokens } from '@portcullis/issuer'
import { connectionOf } from '../connection/connection.js'
import { digestOf, keyOf } from '../connection/keys.js'
import type { RedisClient } from '../connection/redis-client.js'
import { script } from '../connection/script.js'
import { sharedReaders, type RedisStoreOptions } from '../options/shared-options.js'

/** KEYS token; ARGV the milliseconds that it lives. A second revocation never shortens the first. */
const REVOKE = script(`
local life, left = tonumber(ARGV[1]), redis.call('PTTL', KEYS[1])
if life > left then redis.call('SET', KEYS[1], '1', 'PX', ARGV[1]) end
return 'revoked'
`)

/**
 * Access tokens that clients have revoked, for the introspection of any number of issuers: each is one key that expires
 * with the token. Services that verify tokens by themselves ask `redisRevocationStore()` instead.
 *
 * The methods reject with RedisStoreError where Redis does not answer in time.
 *
 * @throws ConfigurationError
 */
export function redisRevokedTokens(client: RedisClient, options: RedisStoreOptions = {}): RevokedTokens {
  const { prefix, timeout, clock } = readOptions<Required<RedisStoreOptions>>(
    'redisRevokedTokens()',
    options,
    sharedReaders,
  )
  const connection = connectionOf(client, timeout)
  const keyOfId = (id: string) => keyOf(prefix, `revoked.${digestOf(id)}`, 'token')

  return Object.freeze({
    async revoke(id, until) {
      const life = Math.ceil((until - clock()) * 1000)
      if (!Number.isSafeInteger(life)) throw new TypeError('A revocation needs an end')
      await connection.run(REVOKE, [keyOfId(id)], [String(Math.max(1, life))])
    },
    async isRevoked(id) {
      const key = keyOfId(id)
      return (await connection.command(key, ['EXISTS', key])) !== 0
    },
  } satisfies RevokedTokens)
}
