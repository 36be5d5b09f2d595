/** Waits as long as the signal lets it; what is waited for goes on, others may wait for it too. */
export async function withSignal<T>(begin: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return begin()
  signal.throwIfAborted()
  let stop: () => void = () => undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      reject(signal.reason as Error)
    }
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([begin(), aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
