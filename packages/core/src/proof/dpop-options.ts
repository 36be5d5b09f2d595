import type { AlgorithmName } from '../jose/algorithms.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import { readOptions, type OptionReader } from '../options/read-options.js'
import { nonEmptyStrings, numberBetween, optional } from '../options/readers.js'
import { memoryReplayStore } from '../state/memory-replay-store.js'
import { replayStore, type ReplayStore } from '../state/replay-store.js'
import { createDpopNonces, type DpopNonces } from './dpop-nonce.js'

/** Whether tokens may, or must, be bound to a key of which each request brings a proof (RFC 9449). */
export type ProofMode = 'off' | 'optional' | 'required'

type ProofAlgorithm = Exclude<AlgorithmName, `HS${string}`>

/** How DPoP proofs are checked. */
export interface DpopOptions {
  /**
   * `off` (default): a bound token is refused. `optional`: bound and bearer tokens, a bound one never without its
   * proof. `required`: bound tokens only.
   */
  readonly mode: ProofMode
  /** Algorithms of proofs; default ES256, ES384, ES512, EdDSA, Ed25519, PS256, RS256. */
  readonly algorithms?: readonly ProofAlgorithm[]
  /** Seconds since its `iat` for which a proof is fresh, 1 to 600; default 60. Clocks may differ by 5 more. */
  readonly maxProofAge?: number
  /** Remembers proofs, so that each counts once; default in memory, for one process and 1,000,000 proofs. */
  readonly replay?: ReplayStore
  /** At least 32 bytes that all processes share; when given, each proof must hold a nonce of ours (section 9). */
  readonly nonceSecret?: Uint8Array
}

export interface DpopSettings {
  readonly mode: ProofMode
  readonly algorithms: readonly string[]
  readonly maxProofAge: number
  readonly replay: ReplayStore
  readonly nonces: DpopNonces | undefined
}

/** More than one process can check within the longest age of a proof. */
const REMEMBERED_PROOFS = 1_000_000
const DEFAULT_ALGORITHMS = ['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', 'PS256', 'RS256']
const SUPPORTED_ALGORITHMS = [...DEFAULT_ALGORITHMS, 'PS384', 'PS512', 'RS384', 'RS512']

export const proofMode: OptionReader<ProofMode> = (value, option) => {
  if (value === 'off' || value === 'optional' || value === 'required') return value
  throw new ConfigurationError(option, "expects 'off', 'optional' or 'required'")
}

/** A mode by itself; left out, it is off. Everything else, null among it, is for the readers to judge. */
export function shorthand(value: unknown): unknown {
  return value === undefined || typeof value === 'string' ? { mode: value ?? 'off' } : value
}

const nonces: OptionReader<DpopNonces> = (value, option) => {
  if (value instanceof Uint8Array && value.length >= 32) return createDpopNonces(Uint8Array.from(value))
  throw new ConfigurationError(option, 'expects at least 32 bytes, the same in every process')
}

const algorithms: OptionReader<readonly string[]> = (value, option) => {
  const names = nonEmptyStrings(value, option)
  if (names.every((name) => SUPPORTED_ALGORITHMS.includes(name))) return names
  throw new ConfigurationError(
    option,
    `expects algorithms with public keys: ${SUPPORTED_ALGORITHMS.join(', ')}`,
  )
}

interface GivenSettings extends Omit<DpopSettings, 'nonces'> {
  readonly nonceSecret: DpopNonces | undefined
}

/** Reads `'required'` as well as `{ mode: 'required', ... }`. */
export function readDpop(value: unknown, clock: () => number): DpopSettings {
  const { nonceSecret, ...settings } = readOptions<GivenSettings>(
    'dpop',
    shorthand(value),
    {
      mode: proofMode,
      algorithms: optional(algorithms, DEFAULT_ALGORITHMS),
      maxProofAge: optional(numberBetween(1, 600, 'seconds'), 60),
      replay: (given, option) =>
        given === undefined
          ? memoryReplayStore({ clock, capacity: REMEMBERED_PROOFS })
          : replayStore(given, option),
      nonceSecret: optional(nonces, undefined),
    },
    'dpop.',
  )
  return Object.freeze({ ...settings, nonces: nonceSecret })
}
