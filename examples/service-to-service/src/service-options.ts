import type { KeySource } from '@portcullis/core'

/** What each service is told of the tokens it is to believe. */
export interface ServiceOptions {
  readonly issuer: string
  /** Those that are found by discovery, and age by a clock that the story moves on; a service of yours leaves it out. */
  readonly keys: KeySource
  /** Seconds since the epoch. The story moves it on; a service of yours leaves it out as well. */
  readonly clock: () => number
}
