import type { WantedToken } from '../source/wanted-token.js'

/** A token as it was made or given; nobody has used it yet. */
export interface IssuedToken {
  readonly token: string
  /** Seconds from when it was asked for. */
  readonly expiresIn: number
  readonly scope: readonly string[]
}

/** One way to come by a token; rejects with ClientError. */
export type Grant = (wanted: WantedToken) => Promise<IssuedToken>
