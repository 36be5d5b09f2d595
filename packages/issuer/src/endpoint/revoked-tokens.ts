import { IssuerError } from '../issuer-error.js'

/** Remembers access tokens that were called back, until they are dead. Where it cannot say, it rejects. */
export interface RevokedTokens {
  /**
   * @param id the `jti`
   * @param until seconds since the epoch after which it may be forgotten
   */
  revoke(id: string, until: number): void | Promise<void>
  isRevoked(id: string): boolean | Promise<boolean>
}

const CAPACITY = 100_000

/** For one process and 100,000 tokens; full, it refuses rather than forgets. */
export function memoryRevokedTokens(clock: () => number = () => Date.now() / 1000): RevokedTokens {
  const revoked = new Map<string, number>()
  return Object.freeze({
    revoke(id: string, until: number) {
      if (revoked.size >= CAPACITY) {
        const now = clock()
        for (const [each, end] of revoked) if (end <= now) revoked.delete(each)
        if (revoked.size >= CAPACITY) throw new IssuerError('store_full')
      }
      revoked.set(id, until)
    },
    isRevoked: (id: string) => revoked.has(id),
  })
}
