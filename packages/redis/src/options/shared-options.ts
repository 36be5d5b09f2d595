import { clockOrSystem, numberBetween, optional, type OptionReaders } from '@portcullis/core/internal'
import { keyPart } from './key-part.js'

/** What every store of this package takes. */
export interface RedisStoreOptions {
  /**
   * What all keys begin with; default `portcullis`. Systems that share a server have one each; the processes of one
   * system have the same.
   */
  readonly prefix?: string
  /** Seconds that one call to Redis may take, the wait for a connection included, 0.05 to 60; default 1. */
  readonly timeout?: number
  /** Seconds since the epoch; default the system's clock. */
  readonly clock?: () => number
}

export const sharedReaders: OptionReaders<Required<RedisStoreOptions>> = {
  prefix: optional(keyPart, 'portcullis'),
  timeout: optional(numberBetween(0.05, 60, 'seconds'), 1),
  clock: clockOrSystem,
}
