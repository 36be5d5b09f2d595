import { ClientError, type AuthorizedFetch } from '@portcullis/client'
import { AuthError } from '@portcullis/core'

/** A peer that could not be asked, or did not do what it was asked for. */
export class PeerError extends Error {
  override readonly name = 'PeerError'
  /** What the service answers to its own caller; `statusCode` is the name that Nest reads. */
  readonly statusCode: number
  readonly code: string

  constructor(statusCode: number, code: string) {
    super('Another service could not be asked')
    this.statusCode = statusCode
    this.code = code
  }
}

const TIMEOUT_MILLISECONDS = 5000

/**
 * Asks a peer, and reads the JSON that it answers.
 *
 * @throws PeerError; AuthError `token_expired` where the token of the user on whose behalf it is has ended meanwhile
 */
export async function askPeer<T>(fetch: AuthorizedFetch, method: string, url: string): Promise<T> {
  const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS)
  const response = await fetch(url, { method, signal }).catch((error: unknown) => {
    // It is the user's own token, and his to renew: he is told so.
    if (error instanceof AuthError) throw error
    // No token, no request: why there is none is a code without secrets in it.
    if (error instanceof ClientError) throw new PeerError(error.status, error.code)
    throw new PeerError(503, 'peer_unavailable')
  })
  if (response.ok) return (await response.json()) as T
  await response.body?.cancel()
  throw new PeerError(502, 'peer_refused')
}
