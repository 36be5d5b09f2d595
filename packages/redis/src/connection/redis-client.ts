/** A client of `ioredis`, single or Cluster. */
export interface IoredisClient {
  readonly status: string
  call(command: string, args: string[]): Promise<unknown>
  duplicate(): IoredisClient
  connect(): Promise<unknown>
  disconnect(): void
  on(event: 'error' | 'ready', listener: () => void): unknown
}

/** A connected client of `redis` (node-redis). */
export interface NodeRedisClient {
  readonly isReady: boolean
  sendCommand(args: string[]): Promise<unknown>
  duplicate(): NodeRedisClient
  connect(): Promise<unknown>
  destroy(): unknown
  on(event: 'error' | 'ready', listener: () => void): unknown
}

/** A connected Cluster client of `redis` (node-redis). */
export interface NodeRedisCluster {
  readonly isOpen: boolean
  readonly masters: readonly unknown[]
  sendCommand(firstKey: string, isReadonly: boolean, args: string[]): Promise<unknown>
  duplicate(): NodeRedisCluster
  connect(): Promise<unknown>
  destroy(): unknown
  on(event: 'error' | 'ready', listener: () => void): unknown
}

/**
 * The user's own client, connected, of `ioredis` or of `redis`, single or Cluster, with whatever TLS, user names and
 * ways to reconnect it was given. It is never closed here.
 */
export type RedisClient = IoredisClient | NodeRedisClient | NodeRedisCluster
