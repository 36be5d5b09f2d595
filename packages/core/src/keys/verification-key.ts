import type { KeyObject, verify } from 'node:crypto'
import { findAlgorithm, type Algorithm, type AlgorithmName } from '../jose/algorithms.js'

/** The second argument that node:crypto wants for one key and one algorithm, made once. */
export type VerifyInput = Parameters<typeof verify>[2]

/**
 * A key that has passed every check, and that knows which algorithms it may be used with. Only `secret`, `pem`
 * and `jwk` make one, so that no key enters a verification unchecked.
 */
export class VerificationKey {
  /** The key id, undefined where the key has none. */
  readonly id: string | undefined
  /** The algorithms that this key may verify; a token that names another one is refused. */
  readonly algorithms: readonly AlgorithmName[]
  readonly #material: KeyObject
  readonly #inputs: ReadonlyMap<AlgorithmName, VerifyInput>

  constructor(id: string | undefined, algorithms: readonly AlgorithmName[], material: KeyObject) {
    this.id = id
    this.algorithms = Object.freeze([...algorithms])
    this.#material = material
    this.#inputs = new Map(
      algorithms.map((name) => [name, { key: material, ...(findAlgorithm(name)?.parameters ?? {}) }]),
    )
    Object.freeze(this)
  }

  /** Whether a value is a key made here, and not merely an object that looks like one. */
  static is(value: unknown): value is VerificationKey {
    return typeof value === 'object' && value !== null && #material in value
  }

  /** For the signature check only. */
  static materialOf(key: VerificationKey): KeyObject {
    return key.#material
  }

  /** For the signature check only; undefined where the key may not be used with the algorithm. */
  static inputFor(key: VerificationKey, algorithm: Algorithm): VerifyInput | undefined {
    return key.#inputs.get(algorithm.name)
  }
}
