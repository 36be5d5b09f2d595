import { randomBytes } from 'node:crypto'
import { isSymmetric, type TestAlgorithm } from '../signing/algorithms.js'
import { generateSigningKey, publicJwk, type PublicJwk, type SigningKey } from '../signing/signing-key.js'

/** What a new key is to be. */
export interface NewKey {
  /** Default random, so that no two issuers share one by chance. */
  readonly keyId?: string
  /** Default the algorithm of the key that signs now. */
  readonly algorithm?: TestAlgorithm
}

/** The keys of an issuer: those it publishes, the one of them that signs, and those it has retired. */
export interface KeyRing {
  readonly signing: SigningKey
  /** The ids of the published keys, oldest first. */
  readonly published: readonly string[]
  /** @throws RangeError for an id that the ring never had */
  readonly find: (id: string) => SigningKey
  readonly jwks: () => readonly PublicJwk[]
  /** @throws TypeError for a shared secret, RangeError for an id that is taken */
  readonly publish: (wanted: NewKey) => Promise<string>
  readonly signWith: (id: string) => void
  /** @throws RangeError for the key that signs */
  readonly retire: (id: string) => void
}

export async function createKeyRing(first: Required<Pick<NewKey, 'algorithm'>> & NewKey): Promise<KeyRing> {
  let signing = await generate(first, first.algorithm)
  const all = new Map([[signing.id, signing]])
  const published = new Set([signing.id])

  const find = (id: string): SigningKey => {
    const key = all.get(id)
    if (key === undefined)
      throw new RangeError(`The issuer has no key ${id}; it has ${[...all.keys()].join(', ')}`)
    return key
  }

  return {
    get signing() {
      return signing
    },
    get published() {
      return [...published]
    },
    find,
    jwks: () => (isSymmetric(signing.algorithm) ? [] : [...published].map((id) => publicJwk(find(id)))),
    async publish(wanted) {
      const { algorithm = signing.algorithm, keyId } = wanted
      if (isSymmetric(algorithm) || isSymmetric(signing.algorithm)) {
        throw new TypeError('A shared secret is never published: make another issuer for another secret')
      }
      if (keyId !== undefined && all.has(keyId)) throw new RangeError(`The issuer has a key ${keyId} already`)
      const key = await generate(wanted, algorithm)
      all.set(key.id, key)
      published.add(key.id)
      return key.id
    },
    signWith(id) {
      signing = find(id)
    },
    retire(id) {
      if (find(id) === signing)
        throw new RangeError(`The issuer signs with ${id}: let it sign with another key first`)
      published.delete(id)
    },
  }
}

function generate({ keyId }: NewKey, algorithm: TestAlgorithm): Promise<SigningKey> {
  return generateSigningKey(
    keyId ?? `${algorithm.toLowerCase()}-${randomBytes(6).toString('hex')}`,
    algorithm,
  )
}
