/** Waiting for somebody else: each wait has a bound, and all of them end when the caller gives up. */
export interface Patience {
  /** Aborted when a wait took too long, when the caller gave up, and at the end; for what is waited for. */
  readonly signal: AbortSignal
  /** Rejects when the answer takes too long, also where whoever is called takes no notice of the signal. */
  wait<T>(call: () => Promise<T>): Promise<T>
  /** The same for each piece of a stream. The time in which the reader is busy does not count. */
  stream<T>(open: () => AsyncIterable<T>): AsyncGenerator<T, void, undefined>
  /** Stops the clock while something of ours is waited for, inside of `wait`. */
  paused<T>(call: () => Promise<T>): Promise<T>
  /** To be called at last, whatever happened. */
  end(): void
}

/** @param seconds the bound of each wait */
export function createPatience(seconds: number, given?: AbortSignal): Patience {
  const ending = new AbortController()
  const { signal } = ending
  let timer: NodeJS.Timeout | undefined
  const rest = () => {
    clearTimeout(timer)
  }
  const run = () => {
    rest()
    timer = setTimeout(() => {
      ending.abort(new Error('It took too long'))
    }, seconds * 1000)
  }
  const give = () => {
    ending.abort(given?.reason)
  }
  given?.addEventListener('abort', give)
  if (given?.aborted === true) give()

  const wait = async <T>(call: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted()
    let stop: (() => void) | undefined
    const stopped = new Promise<never>((_, reject) => {
      stop = () => {
        reject(signal.reason as Error)
      }
      signal.addEventListener('abort', stop, { once: true })
    })
    run()
    try {
      return await Promise.race([call(), stopped])
    } finally {
      rest()
      if (stop !== undefined) signal.removeEventListener('abort', stop)
    }
  }

  return Object.freeze<Patience>({
    signal,
    wait,
    async *stream(open) {
      const pieces = open()[Symbol.asyncIterator]()
      let isOver = false
      try {
        for (;;) {
          const step = await wait(() => pieces.next())
          isOver = step.done === true
          if (step.done === true) return
          yield step.value
        }
      } finally {
        // Whoever hangs must not hold up that we leave.
        if (!isOver) void Promise.resolve(pieces.return?.()).catch(() => undefined)
      }
    },
    async paused(call) {
      rest()
      try {
        return await call()
      } finally {
        if (!signal.aborted) run()
      }
    },
    end() {
      rest()
      given?.removeEventListener('abort', give)
      ending.abort(new Error('It is over'))
    },
  })
}
