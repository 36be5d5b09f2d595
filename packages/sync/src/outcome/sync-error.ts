import { REFUSALS, type Action, type Refusal, type SyncRefusalCode } from './codes.js'

/** What a refusal may tell beside its code: numbers and names, never a value that the batch holds. */
export interface SyncErrorDetails {
  /** The claim of the envelope, or the header, that was the reason. */
  readonly member?: string
  /** The sequence number of the record that was the reason. */
  readonly record?: number
  /** The bound that was exceeded, in the unit of its option. */
  readonly limit?: number
  /** The cause, for logs; it is not told to the sender. */
  readonly cause?: unknown
}

/** A refused batch. Its message is constant: it holds no token, no key and nothing of the data. */
export class SyncError extends Error {
  override readonly name = 'SyncError'
  readonly code: SyncRefusalCode
  /** HTTP status. */
  readonly status: number
  readonly action: Action
  readonly member: string | undefined
  readonly record: number | undefined
  readonly limit: number | undefined

  constructor(code: SyncRefusalCode, details: SyncErrorDetails = {}) {
    const refusal: Refusal = REFUSALS[code]
    super(refusal.title, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.status = refusal.status
    this.action = refusal.action
    this.member = details.member
    this.record = details.record
    this.limit = details.limit
  }
}

/**
 * For `apply` to throw when a batch must never be applied: the sender is told to stop, and nothing is kept. Whatever
 * else `apply` throws asks the sender to try again later.
 */
export class BatchRefused extends Error {
  override readonly name = 'BatchRefused'
}
