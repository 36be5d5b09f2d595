import { VerifiedToken } from '../claims/verified-token.js'
import { readOptions } from '../options/read-options.js'
import { functionOf, optional, wholeNumberBetween } from '../options/readers.js'
import { createExpiringMap, type ExpiringMap } from './expiring-map.js'
import type { Revocation, RevocationStore } from './revocation-store.js'

export interface MemoryRevocationStoreOptions {
  /** Revocations to hold at once, for each kind and issuer, 1 to 10,000,000; default 1,000,000. */
  readonly capacity?: number
  /** Seconds since the epoch; default the system's clock. */
  readonly clock?: () => number
}

/** Revocations in memory, for one process. */
export interface MemoryRevocationStore extends RevocationStore {
  /**
   * In force for the next request, cached tokens included. A second one for the same thing replaces the first only
   * where it reaches further.
   *
   * @throws Error when the store is full: it forgets no living revocation
   */
  revoke(revocation: Revocation): void
  readonly size: number
}

/** The second before which tokens must have been issued to be concerned; Infinity concerns all. */
type Reach = number
type Kind = 'tokenId' | 'subject' | 'sessionId' | 'keyId' | 'everything'
type RevokedByKind = Readonly<Record<Kind, ExpiringMap<Reach>>>

const EVERYTHING = ''
/** Issuers are the configured ones; the bound is for a mistake. */
const MAXIMUM_ISSUERS = 10_000

/**
 * A revocation store for one process. A check looks up at most five maps, however many revocations they hold.
 *
 * @throws ConfigurationError
 */
export function memoryRevocationStore(options: MemoryRevocationStoreOptions = {}): MemoryRevocationStore {
  const { capacity, clock } = readOptions<Required<MemoryRevocationStoreOptions>>(
    'memoryRevocationStore()',
    options,
    {
      capacity: optional(wholeNumberBetween(1, 10_000_000, 'revocations'), 1_000_000),
      clock: optional(functionOf<() => number>('answers seconds since the epoch'), () => Date.now() / 1000),
    },
  )
  const byIssuer = new Map<string, RevokedByKind>()

  const ofIssuer = (issuer: string): RevokedByKind => {
    const known = byIssuer.get(issuer)
    if (known !== undefined) return known
    if (byIssuer.size >= MAXIMUM_ISSUERS)
      throw new Error(`the store is full: it holds ${MAXIMUM_ISSUERS} issuers`)
    const empty = Object.freeze({
      tokenId: createExpiringMap<Reach>(capacity),
      subject: createExpiringMap<Reach>(capacity),
      sessionId: createExpiringMap<Reach>(capacity),
      keyId: createExpiringMap<Reach>(capacity),
      everything: createExpiringMap<Reach>(1),
    })
    byIssuer.set(issuer, empty)
    return empty
  }
  return {
    get size() {
      let size = 0
      for (const kinds of byIssuer.values()) for (const map of Object.values(kinds)) size += map.size
      return size
    },
    revoke(revocation) {
      const now = clock()
      const { kind, id, reach } = read(revocation)
      const map = ofIssuer(revocation.issuer)[kind]
      map.set(id, Math.max(reach, map.get(id, now) ?? Number.NEGATIVE_INFINITY), revocation.until, now)
    },
    isRevoked(token) {
      const kinds = byIssuer.get(token.issuer)
      if (kinds === undefined) return false
      const now = clock()
      const issuedAt = numberAt(token, 'iat') ?? Number.NEGATIVE_INFINITY
      const reaches = (kind: Kind, id: unknown) =>
        typeof id === 'string' &&
        kinds[kind].size > 0 &&
        issuedAt < (kinds[kind].get(id, now) ?? Number.NEGATIVE_INFINITY)
      return (
        reaches('everything', EVERYTHING) ||
        reaches('tokenId', VerifiedToken.claimAt(token, ['jti'])) ||
        reaches('subject', token.subject) ||
        reaches('sessionId', VerifiedToken.claimAt(token, ['sid'])) ||
        reaches('keyId', token.header.kid)
      )
    },
  }
}

function read(revocation: Revocation): { readonly kind: Kind; readonly id: string; readonly reach: Reach } {
  if (typeof revocation.issuer !== 'string' || !Number.isFinite(revocation.until)) {
    throw new TypeError('a revocation needs the issuer, and until when the tokens concerned live')
  }
  const all = Number.POSITIVE_INFINITY
  if ('tokenId' in revocation) return { kind: 'tokenId', id: revocation.tokenId, reach: all }
  if ('sessionId' in revocation) return { kind: 'sessionId', id: revocation.sessionId, reach: all }
  if ('keyId' in revocation) return { kind: 'keyId', id: revocation.keyId, reach: all }
  if ('subject' in revocation)
    return { kind: 'subject', id: revocation.subject, reach: revocation.issuedBefore }
  return { kind: 'everything', id: EVERYTHING, reach: revocation.everythingIssuedBefore }
}

function numberAt(token: VerifiedToken<unknown>, name: string): number | undefined {
  const value = VerifiedToken.claimAt(token, [name])
  return typeof value === 'number' ? value : undefined
}
