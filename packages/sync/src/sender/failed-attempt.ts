/** An attempt that is worth another one. */
export class FailedAttempt extends Error {
  override readonly name = 'FailedAttempt'
  readonly code: string
  /** Whether the cursor must be asked for before the next attempt. */
  readonly asksAgain: boolean
  /** Seconds that the receiver asks to wait. */
  readonly retryAfter: number | undefined

  constructor(
    code: string,
    {
      asksAgain = false,
      retryAfter,
      cause,
    }: {
      readonly asksAgain?: boolean
      readonly retryAfter?: number | undefined
      readonly cause?: unknown
    } = {},
  ) {
    super(`An attempt to send has failed: ${code}`, cause === undefined ? undefined : { cause })
    this.code = code
    this.asksAgain = asksAgain
    this.retryAfter = retryAfter
  }
}
