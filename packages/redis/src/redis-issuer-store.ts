import type {
  ApiKeyStore,
  AttemptCounters,
  KeyRingStore,
  RefreshTokenStore,
  RevokedTokens,
} from '@portcullis/issuer'
import { redisApiKeyStore } from './api-keys/redis-api-key-store.js'
import { redisAttemptCounters } from './attempts/redis-attempt-counters.js'
import { redisClientStore, type RedisClientStore } from './clients/redis-client-store.js'
import type { RedisClient } from './connection/redis-client.js'
import { redisKeyRingStore, type RedisKeyRingStoreOptions } from './keys/redis-key-ring-store.js'
import { redisRefreshTokenStore } from './refresh/redis-refresh-token-store.js'
import { redisReplayStore, type RedisReplayStore } from './replay/redis-replay-store.js'
import { redisRevokedTokens } from './revocation/redis-revoked-tokens.js'

export type RedisIssuerStoreOptions = Omit<RedisKeyRingStoreOptions, 'name'>

/** All that an issuer keeps, for any number of its processes. */
export interface RedisIssuerStore {
  /** For the option `refreshTokens` of the issuer. */
  readonly refreshTokens: RefreshTokenStore
  /** For the option `store` of `createApiKeys()`. */
  readonly apiKeys: ApiKeyStore
  /** For the option `revokedTokens`. */
  readonly revokedTokens: RevokedTokens
  /** For the option `replay`: client assertions and DPoP proofs count once, in whichever process. Await `replay.ready()` first. */
  readonly replay: RedisReplayStore
  /** For the option `clients`. */
  readonly clients: RedisClientStore
  /** For the option `store` of `createKeyRing()`. */
  readonly keyRing: KeyRingStore
  /** For the option `attempts.counters`. */
  readonly attempts: AttemptCounters
}

/**
 * The stores of an issuer, on one connection. Its replay store is filed apart from those of services.
 *
 * @throws ConfigurationError
 */
export function redisIssuerStore(client: RedisClient, options: RedisIssuerStoreOptions): RedisIssuerStore {
  const { sealingKey, ...shared } = options
  return Object.freeze({
    keyRing: redisKeyRingStore(client, { ...shared, sealingKey }),
    refreshTokens: redisRefreshTokenStore(client, shared),
    apiKeys: redisApiKeyStore(client, shared),
    revokedTokens: redisRevokedTokens(client, shared),
    replay: redisReplayStore(client, { ...shared, name: 'issuer-replay' }),
    clients: redisClientStore(client, shared),
    attempts: redisAttemptCounters(client, shared),
  })
}
