import { RedisStoreError } from '../redis-store-error.js'

/**
 * Waits for an answer for so long. What comes later is let go: a step that was carried out all the same must do no
 * harm by itself.
 *
 * @throws RedisStoreError `timed_out`
 */
export function withinLimit<T>(answer: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => {
        // After a busy spell of this process the answer may lie in the socket already: it is read before.
        setImmediate(() => {
          reject(new RedisStoreError('timed_out'))
        })
      },
      Math.max(0, milliseconds),
    )
    answer.then(resolve, reject).finally(() => {
      clearTimeout(timer)
    })
  })
}

/** A wait that keeps no process alive. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref()
  })
}
