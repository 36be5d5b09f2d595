/**
 * Tells a listener of the user's, which must not decide about anything: events are frozen, and what it throws or rejects
 * with is ignored.
 */
export function withoutFailures<Event extends object>(
  listener: (event: Event) => unknown,
): (event: Event) => void {
  return (event) => {
    try {
      const outcome = listener(Object.freeze(event))
      if (outcome instanceof Promise) outcome.catch(() => undefined)
    } catch {
      // Nobody to tell.
    }
  }
}
