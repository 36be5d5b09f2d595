import type { KeyObject, verify } from 'node:crypto'
import { findAlgorithm, type Algorithm, type AlgorithmName } from '../jose/algorithms.js'

/** What node:crypto wants to know of a key and how to use it. */
export type VerifyInput = Parameters<typeof verify>[2]

/** One key with one algorithm, made once. */
export interface KeyUse {
  readonly input: VerifyInput
  /** Octets of a signature: what the algorithm fixes, or as many as the modulus has (RFC 8017 section 8). */
  readonly signatureLength: number
}

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
  readonly #uses: ReadonlyMap<string, KeyUse>

  constructor(id: string | undefined, algorithms: readonly AlgorithmName[], material: KeyObject) {
    this.id = id
    this.algorithms = Object.freeze([...algorithms])
    this.#material = material
    this.#uses = new Map(algorithms.map((name) => [name, useOf(material, findAlgorithm(name))]))
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
  static useFor(key: VerificationKey, algorithm: Algorithm): KeyUse | undefined {
    return key.#uses.get(algorithm.name)
  }
}

/** Without a prototype: node:crypto reads more options than are given here, and must not find inherited ones. */
function useOf(material: KeyObject, algorithm: Algorithm | undefined): KeyUse {
  const modulusLength = material.asymmetricKeyDetails?.modulusLength ?? 0
  return Object.freeze({
    input: Object.assign(Object.create(null) as { key: KeyObject }, { key: material }, algorithm?.parameters),
    signatureLength: algorithm?.signatureLength ?? Math.ceil(modulusLength / 8),
  })
}
