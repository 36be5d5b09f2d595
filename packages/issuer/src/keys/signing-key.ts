import type { KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import type { SigningAlgorithm } from './signing-algorithms.js'

interface SigningKeyParts {
  readonly id: string | undefined
  readonly algorithm: SigningAlgorithm | 'HS256'
  readonly material: KeyObject
  readonly publicJwk: JWK | undefined
}

/** A key that signs. What prints, serialises or inspects it sees its id and algorithm and nothing of the key. */
export class SigningKey {
  /** The thumbprint of the public key (RFC 7638); undefined for a shared secret. */
  readonly id: string | undefined
  readonly algorithm: SigningAlgorithm | 'HS256'
  readonly #material: KeyObject
  readonly #publicJwk: JWK | undefined

  /** @internal */
  constructor({ id, algorithm, material, publicJwk }: SigningKeyParts) {
    this.id = id
    this.algorithm = algorithm
    this.#material = material
    this.#publicJwk = publicJwk
    Object.freeze(this)
  }

  /** What is published of the key: public members, `kid`, `alg` and `use`; undefined for a shared secret. */
  get publicJwk(): JWK | undefined {
    return this.#publicJwk
  }

  /** @internal For signing and verifying only. */
  static materialOf(key: SigningKey): KeyObject {
    return key.#material
  }
}
