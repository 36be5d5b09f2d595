/** What is known of the clock of Redis, in milliseconds. */
export interface ServerTime {
  /** A moment that Redis has told of just now. */
  learn(milliseconds: number): void
  /** The moment after which a step is too late that may take so long from now; nothing where nothing is known. */
  deadline(milliseconds: number): string
}

/**
 * The clock of Redis as of its last answer and of what has gone by since on our own: at most as late as the real one, by
 * the time that the answer took.
 */
export function createServerTime(): ServerTime {
  let known: { readonly server: number; readonly own: number } | undefined
  return {
    learn(server) {
      known = { server, own: performance.now() }
    },
    deadline(milliseconds) {
      if (known === undefined) return ''
      return (known.server + performance.now() - known.own + milliseconds).toFixed(0)
    },
  }
}
