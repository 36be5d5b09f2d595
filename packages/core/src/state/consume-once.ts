import { Auth } from '../claims/verified-token.js'
import { AuthError } from '../outcome/auth-error.js'
import { claimOnce } from './claim-once.js'
import type { ReplayStore } from './replay-store.js'

/** Seconds for which an id is kept beyond the token's own end, so that no tolerance lets it in once more. */
const BEYOND_THE_END = 600

/**
 * Uses up a one-time token by its `jti` (RFC 7519 section 4.1.7), when everything else about it was checked.
 *
 * @throws AuthError `claim_missing` without `jti`, `token_replayed`, `state_unavailable`
 */
export async function consumeOnce(store: ReplayStore, token: Auth<unknown>): Promise<void> {
  const id = Auth.claimAt(token, ['jti'])
  if (typeof id !== 'string' || id === '') throw new AuthError('claim_missing', { details: { claim: 'jti' } })
  const first = await claimOnce(store, 'token', [token.issuer, id], token.expiresAt + BEYOND_THE_END)
  if (!first) throw new AuthError('token_replayed')
}
