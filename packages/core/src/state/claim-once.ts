import { createHash } from 'node:crypto'
import { AuthError } from '../outcome/auth-error.js'
import type { ReplayStore } from './replay-store.js'

/**
 * Claims an id in a replay store. What is stored is a digest of a fixed length, so that ids of different kinds never
 * meet and nobody chooses how much is kept.
 *
 * @returns true for the first, false for everybody after
 * @throws AuthError `state_unavailable` (503) when the store fails or answers neither true nor false: that is no yes,
 *   and not the caller's fault
 */
export async function claimOnce(
  store: ReplayStore,
  kind: string,
  parts: readonly string[],
  expiresAt: number,
): Promise<boolean> {
  const id = createHash('sha256')
    .update(JSON.stringify([kind, ...parts]))
    .digest('base64url')
  let first: unknown
  try {
    first = await store.claim(id, expiresAt)
  } catch (cause) {
    throw new AuthError('state_unavailable', { cause })
  }
  if (typeof first !== 'boolean') throw new AuthError('state_unavailable')
  return first
}
