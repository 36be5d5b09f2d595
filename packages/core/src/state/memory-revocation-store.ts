import { Auth } from '../claims/verified-token.js'
import { readOptions } from '../options/read-options.js'
import { functionOf, optional, wholeNumberBetween } from '../options/readers.js'
import { createExpiringMap, type ExpiringMap } from '../cache/expiring-map.js'
import { fileRevocation, type RevocationKind } from './filed-revocation.js'
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
   * In force for the next request, cached tokens included. Of two for the same thing the further reach and the later
   * end hold, in whichever order they come.
   *
   * @throws TypeError for a revocation that would revoke nothing; Error when the store is full: it forgets no living
   *   revocation
   */
  revoke(revocation: Revocation): void
  readonly size: number
}

/** Tokens issued before a second are concerned, until another one. */
interface Reach {
  readonly issuedBefore: number
  readonly until: number
}

type RevokedByKind = Readonly<Record<RevocationKind, ExpiringMap<Reach>>>

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
      const { kind, id, ...given } = fileRevocation(revocation)
      const now = clock()
      const map = ofIssuer(revocation.issuer)[kind]
      const known = map.get(id, now) ?? given
      const issuedBefore = Math.max(known.issuedBefore, given.issuedBefore)
      const until = Math.max(known.until, given.until)
      map.set(id, { issuedBefore, until }, until, now)
    },
    isRevoked(token) {
      const kinds = byIssuer.get(token.issuer)
      if (kinds === undefined) return false
      const now = clock()
      const iat = Auth.claimAt(token, ['iat'])
      const issuedAt = typeof iat === 'number' ? iat : Number.NEGATIVE_INFINITY
      const reaches = (kind: RevocationKind, id: unknown) =>
        typeof id === 'string' &&
        kinds[kind].size > 0 &&
        issuedAt < (kinds[kind].get(id, now)?.issuedBefore ?? Number.NEGATIVE_INFINITY)
      return (
        reaches('everything', EVERYTHING) ||
        reaches('tokenId', Auth.claimAt(token, ['jti'])) ||
        reaches('subject', token.subject) ||
        reaches('sessionId', Auth.claimAt(token, ['sid'])) ||
        reaches('keyId', token.header.kid)
      )
    },
  }
}
