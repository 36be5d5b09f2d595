/**
 * Wraps a listener of the user so that it cannot change an outcome: it is given frozen events, and what it throws or
 * rejects with is ignored.
 */
export function safeListener<Event extends object>(
  listener: (event: Event) => unknown,
): (event: Event) => void {
  return (event) => {
    try {
      const result = listener(Object.freeze(event))
      if (result instanceof Promise) result.catch(() => undefined)
    } catch {
      // An event has no caller that could be given this failure.
    }
  }
}
