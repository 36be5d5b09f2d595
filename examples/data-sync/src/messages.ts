import type { CrashPoint } from './crash-points.js'
import type { Side } from './parties.js'

/** What a side is told when it starts. */
export interface Setting {
  readonly side: Side
  /** A folder of its own: for its database and its keys. */
  readonly folder: string
  readonly port: number
  /** Where the other one receives; somebody hostile listens there. */
  readonly sendTo: string
  /** Where the keys of the other one are, by a way that nobody hostile is on; in the field, https. */
  readonly keysOfOther: string
  /** Scheme and host under which the other one addresses this one. */
  readonly publicOrigin: string
}

export type Command =
  | { readonly kind: 'start' }
  | { readonly kind: 'take orders'; readonly first: number; readonly count: number }
  | { readonly kind: 'crash'; readonly point: CrashPoint }

export type News =
  | { readonly kind: 'listening' }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'stopped'; readonly reason: string }
