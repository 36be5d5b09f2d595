import { numberBetween, oneOf, optional, readOptions } from '@portcullis/core/internal'
import { sharedReaders, type RedisStoreOptions } from '../options/shared-options.js'
import { keyPart } from '../options/key-part.js'

export interface RedisRevocationStoreOptions extends RedisStoreOptions {
  /** What the revocations are filed under; default `revocations`. */
  readonly name?: string
  /** Revocations to hold at once, 1 to 10,000,000; default 1,000,000. A full store refuses rather than forgets. */
  readonly capacity?: number
  /**
   * Seconds for which what is known counts when Redis can no longer be asked, 1 to 86,400; default 15. So late may a
   * revocation come into force here, at the worst.
   */
  readonly maxStaleness?: number
  /**
   * What happens past the bound: `refuse` (default) has tokens answered with 503; `serve` goes on with what was known
   * last, so that whoever cuts the connection undoes all later revocations.
   */
  readonly onStale?: 'refuse' | 'serve'
  /**
   * Seconds that a Redis which is new, started anew or was promoted must have stood before what it lacks is believed,
   * 0 to 3600; default 5. In that time the processes give back to it what it has lost.
   */
  readonly settle?: number
  /** Seconds between two looks at Redis when nothing is revoked, 0.05 to 10; default 0.5. */
  readonly checkEvery?: number
}

export type RevocationSettings = Readonly<Required<RedisRevocationStoreOptions>>

/** @throws ConfigurationError */
export function readRevocationOptions(options: RedisRevocationStoreOptions): RevocationSettings {
  return readOptions<Required<RedisRevocationStoreOptions>>('redisRevocationStore()', options, {
    ...sharedReaders,
    name: optional(keyPart, 'revocations'),
    capacity: optional(numberBetween(1, 10_000_000, 'revocations'), 1_000_000),
    maxStaleness: optional(numberBetween(1, 86_400, 'seconds'), 15),
    onStale: optional(oneOf(['refuse', 'serve'] as const), 'refuse'),
    settle: optional(numberBetween(0, 3600, 'seconds'), 5),
    checkEvery: optional(numberBetween(0.05, 10, 'seconds'), 0.5),
  })
}
