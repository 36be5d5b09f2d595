import type { Auth } from '@portcullis/core'

type Caller = Auth<unknown> | undefined

// Kept apart from the request, where anybody may set a property.
const decisions = new WeakMap<object, Caller>()

/** Whatever an earlier middleware or a request's own members say of who is calling is gone then. */
export function forgetCaller(request: object): void {
  decisions.delete(request)
  Object.assign(request, { auth: undefined })
}

/** The guard has let the request pass, and says who sends it; undefined is an anonymous request. */
export function keepCaller(request: object, caller: Caller): void {
  decisions.set(request, caller)
  Object.assign(request, { auth: caller })
}

/** Whether the guard has decided about this, which in other contexts than HTTP may be anything. */
export function isDecided(request: unknown): request is object {
  return typeof request === 'object' && request !== null && decisions.has(request)
}

export function callerOf(request: object): Caller {
  return decisions.get(request)
}
