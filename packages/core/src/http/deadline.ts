/** How the work ends before its deadline, and with which error after it. */
export interface DeadlineOptions {
  /** Ends the work early; the promise then rejects with the reason of this signal. */
  readonly signal?: AbortSignal | undefined
  /** Makes the error of a deadline that has passed; default an Error that names the seconds. */
  readonly error?: (() => Error) | undefined
}

/**
 * Ends work after a number of seconds, or when a signal is aborted, whether or not the work heeds its signal.
 *
 * @param seconds until the deadline; the timer does not keep the process alive
 * @param work is given a signal that is aborted at the deadline
 * @returns what the work returns; rejects with the error of the options when the deadline has passed
 */
export async function withDeadline<T>(
  seconds: number,
  work: (signal: AbortSignal) => T | Promise<T>,
  { signal, error = () => new Error(`no result within ${seconds} s`) }: DeadlineOptions = {},
): Promise<T> {
  signal?.throwIfAborted()
  const controller = new AbortController()
  const abort = () => {
    controller.abort(signal?.reason)
  }
  const timer = setTimeout(() => {
    controller.abort(error())
  }, seconds * 1000)
  timer.unref()
  signal?.addEventListener('abort', abort, { once: true })
  const ended = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => {
      reject(controller.signal.reason as Error)
    })
  })
  try {
    return await Promise.race([ended, work(controller.signal)])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}
