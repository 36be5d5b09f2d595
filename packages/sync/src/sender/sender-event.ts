/** What a sender does, for logs and metrics. It holds no token and nothing of the data. */
export type SenderEvent =
  | { readonly kind: 'acknowledged'; readonly first: number; readonly last: number; readonly bytes: number }
  /** The receiver is elsewhere than this sender has thought. */
  | { readonly kind: 'resumed'; readonly sequence: number }
  | {
      readonly kind: 'failed'
      /**
       * The code of a proven refusal; `unproven` for an answer that the receiver has not signed, `unreachable` for
       * none, `token_unavailable` where no envelope could be made, `outbox_busy` where another process sends.
       */
      readonly code: string
      /** Failures in a row. */
      readonly failures: number
      /** Seconds until the next attempt. */
      readonly wait: number
      readonly cause?: unknown
    }
  /** Another batch must not be sent under these numbers while an earlier one may still be believed. */
  | { readonly kind: 'waiting'; readonly seconds: number }
