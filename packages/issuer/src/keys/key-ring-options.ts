import { ConfigurationError } from '@portcullis/core'
import {
  clockOrSystem,
  numberBetween,
  oneOf,
  optional,
  readOptions,
  withMethods,
} from '@portcullis/core/internal'
import type { KeyRingStore } from './key-ring-store.js'
import { memoryKeyRingStore } from './memory-key-ring-store.js'
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from './signing-algorithms.js'

/** How keys are kept and replaced. All times are in seconds. */
export interface KeyRingOptions {
  /** RS256, PS256, ES256 or EdDSA; default ES256. A change of it applies from the next key on. */
  readonly algorithm?: SigningAlgorithm
  /** Where the ring is kept; default in memory, for one process. */
  readonly store?: KeyRingStore
  /** How long a key signs, 60 to 31,536,000; default 30 days. */
  readonly rotateEvery?: number
  /**
   * How long a key is published before it signs, 3 to 604,800; default 900. Verifiers may keep the JWKS for two
   * thirds of it (600 by default, as @portcullis/core does); the rest is for the processes of the issuer.
   */
  readonly publishDelay?: number
  /** The longest life of a token; a retired key stays published for as long, 1 to 604,800; default 3600. */
  readonly maxTokenLifetime?: number
  /** Seconds since the epoch; default the system's clock. */
  readonly clock?: () => number
}

const A_WEEK = 604_800
const A_YEAR = 31_536_000

/** @throws ConfigurationError */
export function readKeyRingOptions(options: KeyRingOptions): Readonly<Required<KeyRingOptions>> {
  const settings = readOptions<Required<KeyRingOptions>>('createKeyRing()', options, {
    algorithm: optional(oneOf(SIGNING_ALGORITHMS), 'ES256'),
    store: (value, option) =>
      value === undefined
        ? memoryKeyRingStore()
        : withMethods<KeyRingStore>(['read', 'replace'], 'a store, such as directoryKeyRingStore(path)')(
            value,
            option,
          ),
    rotateEvery: optional(numberBetween(60, A_YEAR, 'seconds'), 2_592_000),
    publishDelay: optional(numberBetween(3, A_WEEK, 'seconds'), 900),
    maxTokenLifetime: optional(numberBetween(1, A_WEEK, 'seconds'), 3600),
    clock: clockOrSystem,
  })
  if (settings.rotateEvery < settings.publishDelay) {
    throw new ConfigurationError('rotateEvery', `is below publishDelay (${settings.publishDelay})`)
  }
  return settings
}
