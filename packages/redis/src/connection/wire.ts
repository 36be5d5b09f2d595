import { ConfigurationError } from '@portcullis/core'
import type { IoredisClient, NodeRedisClient, NodeRedisCluster, RedisClient } from './redis-client.js'

/** The few things that are asked of a client, whichever it is. */
export interface Wire {
  isReady(): boolean
  /** @param key of the command, by which a Cluster finds the node */
  send(key: string, command: readonly string[]): Promise<unknown>
  onReady(listener: () => void): void
  /** One more connection with the same settings, for commands that block. */
  another(): Promise<OwnWire>
}

/** A connection that is ours to close. */
export interface OwnWire extends Wire {
  close(): void
}

/** @throws ConfigurationError for what is no client */
export function wireOf(client: RedisClient): Wire {
  if (has(client, 'call') && has(client, 'duplicate')) return ioredisWire(client as IoredisClient)
  if (has(client, 'sendCommand') && has(client, 'duplicate')) {
    return 'masters' in client ? clusterWire(client) : nodeRedisWire(client as NodeRedisClient)
  }
  throw new ConfigurationError('client', 'expects a connected client of ioredis or of redis')
}

function has(client: unknown, method: string): boolean {
  if (typeof client !== 'object' || client === null) return false
  return typeof (client as Record<string, unknown>)[method] === 'function'
}

function ioredisWire(client: IoredisClient): OwnWire {
  return {
    isReady() {
      // One that connects at its first command would wait for it.
      if (client.status === 'wait') client.connect().catch(() => undefined)
      return client.status === 'ready'
    },
    send: (_, [name = '', ...rest]) => client.call(name, rest),
    onReady(listener) {
      client.on('ready', listener)
    },
    another: () => Promise.resolve(ioredisWire(listening(client.duplicate()))),
    close: () => {
      client.disconnect()
    },
  }
}

function nodeRedisWire(client: NodeRedisClient): OwnWire {
  return {
    isReady: () => client.isReady,
    send: (_, command) => client.sendCommand([...command]),
    onReady(listener) {
      client.on('ready', listener)
    },
    another: () => connected(client.duplicate(), nodeRedisWire),
    close: () => {
      client.destroy()
    },
  }
}

function clusterWire(client: NodeRedisCluster): OwnWire {
  return {
    isReady: () => client.isOpen && client.masters.length > 0,
    send: (key, command) => client.sendCommand(key, false, [...command]),
    onReady(listener) {
      client.on('ready', listener)
    },
    another: () => connected(client.duplicate(), clusterWire),
    close: () => {
      client.destroy()
    },
  }
}

/** What goes wrong on a connection of ours shows in its commands; without a listener it would end the process. */
function listening<Client extends RedisClient>(client: Client): Client {
  client.on('error', () => undefined)
  return client
}

/**
 * The client keeps trying by itself; whoever uses it waits for it to be ready, with a limit. A Cluster that is closed
 * while it connects opens its connections all the same, and is closed once more then: they would keep the process alive.
 */
function connected<Client extends NodeRedisClient | NodeRedisCluster>(
  client: Client,
  wire: (client: Client) => OwnWire,
): Promise<OwnWire> {
  let isClosed = false
  listening(client)
    .connect()
    .then(() => {
      if (isClosed) client.destroy()
    })
    .catch(() => undefined)
  return Promise.resolve({
    ...wire(client),
    close() {
      isClosed = true
      client.destroy()
    },
  })
}
