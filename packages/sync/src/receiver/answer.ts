import type { Envelope } from '../envelope/envelope.js'
import type { Action } from '../outcome/codes.js'
import type { SyncProblem } from '../outcome/problem.js'
import type { Cursor } from '../state/state.js'

/** What a receiver says where nothing was wrong. */
export interface SyncResult {
  /** `applied` now, `already_applied` before and nothing done now, or only the `cursor`. */
  readonly result: 'applied' | 'already_applied' | 'cursor'
  readonly stream: string
  /** Sequence number of the last record that is applied. */
  readonly sequence: number
  /** Digest of the last batch that is applied, or `none`. */
  readonly digest: string
}

/** What a transport carries back to the sender. */
export interface Answer {
  /** HTTP status. */
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** JSON; `receipt` is the same, signed by the receiver. */
  readonly body: (SyncResult | SyncProblem) & { readonly receipt?: string }
}

/** What a receipt says, beside the registered claims: which envelope was answered, and how. */
export type ReceiptClaims = {
  /** The `jti` of the envelope that is answered. */
  readonly request: string
  readonly stream: string
  readonly status: number
  /** `applied`, `already_applied`, `cursor`, or the code of a refusal. */
  readonly code: string
  readonly action?: Action
  /** The cursor; absent where the receiver could not say. */
  readonly sequence?: number
  readonly digest?: string
}

export function receiptClaims(
  { id, stream }: Envelope,
  body: SyncResult | SyncProblem,
  cursor: Cursor | undefined,
): ReceiptClaims {
  const isProblem = 'code' in body
  return {
    request: id,
    stream,
    status: isProblem ? body.status : 200,
    code: isProblem ? body.code : body.result,
    ...(isProblem ? { action: body.action } : {}),
    ...(cursor === undefined ? {} : { sequence: cursor.sequence, digest: cursor.digest }),
  }
}
