export type {
  IoredisClient,
  NodeRedisClient,
  NodeRedisCluster,
  RedisClient,
} from './connection/redis-client.js'
export type { RedisStoreOptions } from './options/shared-options.js'
export { RedisStoreError } from './redis-store-error.js'
export type { RedisStoreErrorCode } from './redis-store-error.js'
export { redisReplayStore } from './replay/redis-replay-store.js'
export type { RedisReplayStore, RedisReplayStoreOptions } from './replay/redis-replay-store.js'
export { redisRefreshTokenStore } from './refresh/redis-refresh-token-store.js'
export { redisRevocationStore } from './revocation/redis-revocation-store.js'
export type { RedisRevocationStore, RevocationStatus } from './revocation/redis-revocation-store.js'
export type { RedisRevocationStoreOptions } from './revocation/revocation-options.js'
export { redisRevokedTokens } from './revocation/redis-revoked-tokens.js'
export { redisKeyRingStore } from './keys/redis-key-ring-store.js'
export type { RedisKeyRingStoreOptions } from './keys/redis-key-ring-store.js'
export { redisApiKeyStore } from './api-keys/redis-api-key-store.js'
export { redisClientStore } from './clients/redis-client-store.js'
export type { RedisClientStore } from './clients/redis-client-store.js'
export { redisAttemptCounters } from './attempts/redis-attempt-counters.js'
export { redisSessionStore } from './sessions/redis-session-store.js'
export { redisIssuerStore } from './redis-issuer-store.js'
export type { RedisIssuerStore, RedisIssuerStoreOptions } from './redis-issuer-store.js'
