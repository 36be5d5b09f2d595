import { channel } from 'node:diagnostics_channel'
import { AuthError } from './auth-error.js'
import type { RefusalCode } from './codes.js'

/** One decision, as it is published on the channel `portcullis:decision` (node:diagnostics_channel). No token in it. */
export interface Decision {
  /** What decided: the request's credentials, the token, the proof that its sender may use it, or a route's policy. */
  readonly step: 'credentials' | 'token' | 'proof' | 'policy'
  readonly outcome: 'accepted' | 'refused' | 'anonymous'
  /** Why it was refused. */
  readonly code?: RefusalCode
  /** The configured issuer whose rules applied. */
  readonly issuer?: string
  /** The token's key id, printable. */
  readonly keyId?: string
  /** How long the step took, waiting included. */
  readonly milliseconds?: number
}

const decisions = channel('portcullis:decision')

/** Whether anybody listens; nothing is measured or built where nobody does. */
export function isObserved(): boolean {
  return decisions.hasSubscribers
}

export function publishDecision(decision: Decision): void {
  if (decisions.hasSubscribers) decisions.publish(Object.freeze(decision))
}

/** The same for an error; one that is not ours is published without a code. */
export function publishRefusal(step: Decision['step'], error: unknown, milliseconds?: number): void {
  if (!decisions.hasSubscribers) return
  const { issuer, keyId } = error instanceof AuthError ? error.details : {}
  publishDecision({
    step,
    outcome: 'refused',
    ...(error instanceof AuthError ? { code: error.code } : {}),
    ...(issuer === undefined ? {} : { issuer }),
    ...(keyId === undefined ? {} : { keyId }),
    ...(milliseconds === undefined ? {} : { milliseconds }),
  })
}
