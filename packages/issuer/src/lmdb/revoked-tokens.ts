import type { RevokedTokens } from '../endpoint/revoked-tokens.js'
import type { Table } from './table.js'

export function lmdbRevokedTokens(revoked: Table<true>, clock: () => number): RevokedTokens {
  return Object.freeze({
    revoke: (id, until) =>
      revoked.step(() => {
        revoked.put(id, true, { now: clock(), until })
      }),
    isRevoked: (id) => revoked.get(id) === true,
  } satisfies RevokedTokens)
}
