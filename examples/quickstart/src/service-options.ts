/** What each service is told of the tokens it is to believe. */
export interface ServiceOptions {
  readonly issuer: string
  readonly audience: string
  /** Seconds since the epoch. The demo moves it on; a service of yours leaves it out. */
  readonly clock: () => number
}
