import type { RevocationStore } from '@portcullis/core'

/** How the tokens of open connections are watched. */
export interface Watch {
  /** The store that `authenticate` asks as well. */
  readonly revocation: RevocationStore
  /** Seconds between two looks at it; a service of yours can leave it out. */
  readonly checkEvery: number
}
