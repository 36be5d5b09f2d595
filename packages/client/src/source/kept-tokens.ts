import { LRUCache } from 'lru-cache'
import type { AccessToken } from './access-token.js'

/** A token with the moments at which something is to be done about it, in seconds since the epoch. */
export interface KeptToken {
  readonly token: AccessToken
  /** From here on it is given out while another one is got. */
  readonly renewAt: number
  /** From here on it is not given out. */
  readonly usableUntil: number
  /** When it was got. */
  readonly since: number
}

/** Seconds that it must have left, for the way and for a clock that is ahead; a tenth of a short life. */
const LEAST_LEFT = 10

/**
 * A token is renewed when three quarters of its life are over, and a random part of the next 15 % with them, so that
 * many processes that were started together do not ask together.
 *
 * @param renewable whether a new one would live longer than this one
 */
export function keep(
  token: AccessToken,
  {
    since,
    renewable,
    random,
  }: { readonly since: number; readonly renewable: boolean; readonly random: number },
): KeptToken {
  const life = token.expiresAt - since
  const usableUntil = token.expiresAt - Math.min(LEAST_LEFT, life / 10)
  return {
    token,
    since,
    usableUntil,
    renewAt: renewable ? since + life * (0.75 + 0.15 * random) : usableUntil,
  }
}

/** So many tokens of the service and as many of users: those of users cannot push out its own. */
export interface KeptTokens {
  get(key: string, isOfUser: boolean): KeptToken | undefined
  set(key: string, isOfUser: boolean, kept: KeptToken): void
}

export function createKeptTokens(max: number): KeptTokens {
  const own = new LRUCache<string, KeptToken>({ max })
  const ofUsers = new LRUCache<string, KeptToken>({ max })
  return {
    get: (key, isOfUser) => (isOfUser ? ofUsers : own).get(key),
    set(key, isOfUser, kept) {
      const tokens = isOfUser ? ofUsers : own
      tokens.set(key, kept)
    },
  }
}
