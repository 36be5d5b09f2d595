import { createHash } from 'node:crypto'
import { ClientError } from '../client-error.js'
import type { TokenRequest } from '../endpoint/token-request.js'
import { isRefreshToken } from '../endpoint/token-response.js'
import { withSignal } from '../source/with-signal.js'
import type { Grant } from './grant.js'
import { parametersOf } from './parameters.js'

/** Where a refresh token is kept: a file, a row, a secret store. */
export interface RefreshTokenStorage {
  /** The token to use now; asked before each refresh, so that one that another process has saved is used. */
  load(): string | undefined | Promise<string | undefined>
  /**
   * Takes the token that replaces the loaded one. The access token that came with it is used only when this has
   * resolved, so that a crash does not leave a token behind that is used up. When it rejects, it is called again.
   */
  save(refreshToken: string): unknown
}

/**
 * RFC 6749 section 6. Each refresh may use its token up, so that there is one at a time, whatever the tokens are for. A
 * refresh token that was refused is not sent again.
 *
 * @param timeout seconds that each step of the storage may take, since others wait behind it
 */
export function refreshTokenGrant(
  request: TokenRequest,
  storage: RefreshTokenStorage,
  timeout: number,
): Grant {
  const inTime = <T>(step: () => T | Promise<T>): Promise<T> =>
    withSignal(async () => step(), AbortSignal.timeout(timeout * 1000))
  let last: Promise<unknown> = Promise.resolve()
  let unsaved: string | undefined
  let refused: string | undefined

  const saveNow = async () => {
    if (unsaved === undefined) return
    try {
      const saving = unsaved
      await inTime(() => storage.save(saving))
      unsaved = undefined
    } catch {
      // What a store says of it may quote the token.
      throw new ClientError('refresh_token_not_saved')
    }
  }

  const refresh: Grant = async (wanted) => {
    await saveNow()
    const refreshToken = await loaded(() => inTime(() => storage.load()))
    const digest = createHash('sha256').update(refreshToken).digest('base64url')
    if (digest === refused) throw new ClientError('token_refused', { oauthError: 'invalid_grant' })
    const parameters = parametersOf(wanted)
    parameters.set('refresh_token', refreshToken)
    const issued = await request('refresh_token', parameters, wanted.scope).catch((error: unknown) => {
      if (error instanceof ClientError && error.oauthError === 'invalid_grant') refused = digest
      throw error
    })
    if (issued.refreshToken !== undefined && issued.refreshToken !== refreshToken) {
      unsaved = issued.refreshToken
      await saveNow()
    }
    return issued
  }

  return (wanted) => {
    const mine = last.then(() => refresh(wanted))
    last = mine.catch(() => undefined)
    return mine
  }
}

async function loaded(load: () => Promise<unknown>): Promise<string> {
  const found = await load().catch(() => undefined)
  if (isRefreshToken(found)) return found
  throw new ClientError('refresh_token_unavailable')
}
