import { createVerifier, jwk, type Auth } from '@portcullis/core'
import type { JWK } from 'jose'
import { LRUCache } from 'lru-cache'

/** Verifies the token of a manifest as of the second of its signature: it lasts as long as its file. */
export type ManifestVerifier = (token: string, signedBy: JWK, signedAt: number) => Promise<Auth>

/** A verifier whose clock stands where it is put; for one call at a time. */
interface TimedVerifier {
  verify(token: string): Promise<Auth>
  now: number
}

interface SigningKey {
  readonly make: () => TimedVerifier
  /** Those that nobody uses at this moment. */
  readonly waiting: TimedVerifier[]
}

/** A ring signs with a few keys a year: files of decades fit in. */
const MOST_KEYS = 64
const MOST_WAITING = 8

/** Keys are read once, and not once for each file. The memory is bounded, and of public keys only. */
export function createManifestVerifier(options: {
  readonly issuer: string
  readonly audience: string
  readonly maxTokenLength: number
}): ManifestVerifier {
  const known = new LRUCache<string, SigningKey>({ max: MOST_KEYS })
  const readKey = (signedBy: JWK): SigningKey => {
    const keys = jwk(signedBy)
    const make = () => {
      const timed: TimedVerifier = {
        now: 0,
        verify: createVerifier({
          ...options,
          keys,
          profile: 'file-manifest+jwt',
          cacheSize: 0,
          clock: () => timed.now,
        }),
      }
      return timed
    }
    return { make, waiting: [] }
  }
  return async (token, signedBy, signedAt) => {
    const name = JSON.stringify(signedBy)
    const key = known.get(name) ?? readKey(signedBy)
    known.set(name, key)
    const verifier = key.waiting.pop() ?? key.make()
    verifier.now = signedAt
    try {
      return await verifier.verify(token)
    } finally {
      if (key.waiting.length < MOST_WAITING) key.waiting.push(verifier)
    }
  }
}
