import { Auth } from '../claims/verified-token.js'
import { readOptions } from '../options/read-options.js'
import { functionOf, numberBetween, optional } from '../options/readers.js'
import { AuthError } from '../outcome/auth-error.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import {
  checkRevocation,
  readRevocation,
  type RevocationOptions,
  type RevocationSettings,
} from './revocation.js'
import type { RevocationStore } from './revocation-store.js'

/** Why a long connection has to end: its token is dead, was called back, or the store could not say. */
export type TokenEnd = 'expired' | 'revoked' | 'unknown'

/** How a token is watched. */
export interface TokenEndOptions {
  /** Is asked again and again; the same store that the authenticator asks. */
  readonly revocation?: RevocationStore | RevocationOptions
  /** Seconds between two looks at the clock and the store, 0.1 to 3600; default 5. The end itself is not waited past. */
  readonly checkEvery?: number
}

interface TokenEndSettings {
  readonly revocation: RevocationSettings | undefined
  readonly checkEvery: number
}

/** Seconds for which a store may think, however often it is asked. */
const PATIENCE = 5
const SHORTEST_WAIT_MILLISECONDS = 10

/**
 * Watches a token for as long as a connection lives that was opened with it: a WebSocket, an event stream. A token is
 * checked when the connection opens, and would otherwise keep it open long after it is dead. The end is the moment
 * from which a new request with the token is refused, `clockTolerance` and `maxTokenAge` included, by the clock of the
 * verifier.
 *
 * @param auth what the authenticator has answered for the request that opened the connection
 * @param end is called once, and never before this function returns: close the connection then. `unknown` where the
 *   store failed, or did not answer within 5 seconds, and `onUnavailable` is not `allow`.
 * @returns stops watching; to be called when the connection closes by itself. No timer keeps the process alive.
 * @throws ConfigurationError when an option is wrong, or `auth` was made by nobody who checks tokens
 */
export function whenTokenEnds(
  auth: Auth<unknown>,
  end: (reason: TokenEnd) => void,
  options: TokenEndOptions = {},
): () => void {
  const settings = readOptions<TokenEndSettings>('whenTokenEnds()', options, {
    revocation: optional(readRevocation, undefined),
    checkEvery: optional(numberBetween(0.1, 3600, 'seconds'), 5),
  })
  if (!Auth.is(auth)) {
    throw new ConfigurationError(
      'whenTokenEnds()',
      'expects what an authenticator or a verifier has answered',
    )
  }
  const finish = functionOf<(reason: TokenEnd) => void>('is given the reason')(end, 'whenTokenEnds()')
  const inquiry = createInquiry(auth, settings, over)
  let timer: NodeJS.Timeout | undefined
  let isOver = false

  function stop(): void {
    isOver = true
    clearTimeout(timer)
  }
  function over(reason: TokenEnd): void {
    if (isOver) return
    stop()
    finish(reason)
  }
  function look(): void {
    const left = Auth.until(auth) - Auth.now(auth)
    // Written so that a clock that answers NaN ends the connection.
    if (!(left > 0)) {
      over('expired')
      return
    }
    lookIn(Math.min(left, settings.checkEvery))
    inquiry()
  }
  function lookIn(seconds: number): void {
    timer = setTimeout(look, Math.max(SHORTEST_WAIT_MILLISECONDS, seconds * 1000))
    timer.unref()
  }

  lookIn(0)
  return stop
}

/** Asks the store, one question at a time: a store that hangs must not keep the token's own end from being seen. */
function createInquiry(
  auth: Auth<unknown>,
  { revocation }: TokenEndSettings,
  over: (reason: TokenEnd) => void,
): () => void {
  if (revocation === undefined) return () => undefined
  let askedAt: number | undefined

  const ask = async (): Promise<void> => {
    try {
      await checkRevocation(revocation, auth)
    } catch (error) {
      over(error instanceof AuthError && error.code === 'token_revoked' ? 'revoked' : 'unknown')
    } finally {
      askedAt = undefined
    }
  }
  return () => {
    const now = performance.now() / 1000
    if (askedAt === undefined) {
      askedAt = now
      void ask()
    } else if (now - askedAt >= PATIENCE && revocation.onUnavailable === 'refuse') {
      over('unknown')
    }
  }
}
