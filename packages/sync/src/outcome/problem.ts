import { AuthError } from '@portcullis/core'
import type { Action } from './codes.js'
import { SyncError } from './sync-error.js'

/** The body of a refusal (RFC 9457), with what the sender is to do about it. */
export interface SyncProblem {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  /** A code of SyncRefusalCode, or of core's RefusalCode for the token itself. */
  readonly code: string
  readonly action: Action
  /** The sequence number to send from, on `resend`. */
  readonly next?: number
  readonly member?: string
  readonly record?: number
  readonly limit?: number
}

/** Where a new token would not help. */
const STOPPING: ReadonlySet<string> = new Set(['token_revoked', 'audience_mismatch', 'issuer_mismatch'])

/** An error that is none of ours says nothing about itself to the sender. */
export function refusalFrom(error: unknown): SyncError | AuthError {
  if (error instanceof SyncError || error instanceof AuthError) return error
  return new SyncError('state_unavailable', { cause: error })
}

export function problemOf(error: SyncError | AuthError, next: number | undefined): SyncProblem {
  if (error instanceof AuthError) {
    const { title, status, code } = error.toJSON()
    return { type: 'about:blank', title, status, code, action: actionFor(error) }
  }
  const { message: title, status, code, action, member, record, limit } = error
  return {
    type: 'about:blank',
    title,
    status,
    code,
    action,
    ...(action === 'resend' && next !== undefined ? { next } : {}),
    ...(member === undefined ? {} : { member }),
    ...(record === undefined ? {} : { record }),
    ...(limit === undefined ? {} : { limit }),
  }
}

function actionFor({ code, status }: AuthError): Action {
  if (status === 503) return 'retry'
  return status === 403 || STOPPING.has(code) ? 'stop' : 'renew'
}
