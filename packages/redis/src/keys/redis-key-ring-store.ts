import { ConfigurationError } from '@portcullis/core'
import { optional, readOptions, type OptionReader } from '@portcullis/core/internal'
import type { KeyRingStore } from '@portcullis/issuer'
import { connectionOf } from '../connection/connection.js'
import { keyOf } from '../connection/keys.js'
import type { RedisClient } from '../connection/redis-client.js'
import { sharedReaders, type RedisStoreOptions } from '../options/shared-options.js'
import { READ_RING, REPLACE_RING } from './ring-scripts.js'
import { createRingSeal } from './sealed-ring.js'
import { keyPart } from '../options/key-part.js'

export interface RedisKeyRingStoreOptions extends RedisStoreOptions {
  /**
   * At least 32 random bytes that Redis does not have: private keys are encrypted with them. A list while one replaces
   * the other: the first one seals, all of them open.
   */
  readonly sealingKey: Uint8Array | readonly Uint8Array[]
  /** What the ring is filed under; default `keys`. */
  readonly name?: string
}

type Settings = Omit<Required<RedisKeyRingStoreOptions>, 'sealingKey'> & {
  readonly sealingKey: readonly Uint8Array[]
}

const LEAST_BYTES = 32

const sealingKeys: OptionReader<readonly Uint8Array[]> = (value, option) => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  const isKey = (key: unknown): key is Uint8Array =>
    key instanceof Uint8Array && key.byteLength >= LEAST_BYTES && new Set(key).size > 1
  if (list.length > 0 && list.length <= 8 && list.every(isKey)) return list.map((key) => Uint8Array.from(key))
  throw new ConfigurationError(option, `expects at least ${LEAST_BYTES} random bytes, or a list of such keys`)
}

/**
 * The key ring of one issuer, for all of its processes: one record, replaced by one script. It does not expire.
 *
 * A process that has seen a later ring than Redis has brings it back, so that an emptied Redis costs no keys as long as
 * one process lives. The methods reject with RedisStoreError where Redis does not answer in time, and with `sealed` where
 * no sealing key opens what is stored.
 *
 * @throws ConfigurationError
 */
export function redisKeyRingStore(client: RedisClient, options: RedisKeyRingStoreOptions): KeyRingStore {
  const { prefix, name, timeout, sealingKey } = readOptions<Settings>('redisKeyRingStore()', options, {
    ...sharedReaders,
    name: optional(keyPart, 'keys'),
    sealingKey: sealingKeys,
  })
  const connection = connectionOf(client, timeout)
  const key = keyOf(prefix, name, 'ring')
  const seal = createRingSeal(sealingKey, name)
  let seen = { version: 0, sealed: '' }

  const remember = (version: number, sealed: string) => {
    if (version >= seen.version) seen = { version, sealed }
  }
  const known = () => [String(seen.version), seen.sealed]

  return Object.freeze({
    async read() {
      const [found, sealed] = (await connection.run(READ_RING, [key], known())) as readonly string[]
      if (found === undefined || sealed === undefined) return undefined
      const version = Number(found)
      const content = seal.open(sealed, version)
      remember(version, sealed)
      return { version, content }
    },
    async replace({ version, content }) {
      const sealed = seal.seal(content, version)
      const parameters = [...known(), String(version), sealed]
      if ((await connection.run(REPLACE_RING, [key], parameters)) !== 'stored') return false
      remember(version, sealed)
      return true
    },
  } satisfies KeyRingStore)
}
