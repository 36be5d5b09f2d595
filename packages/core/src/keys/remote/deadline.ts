import { FetchFailure } from './fetch-failure.js'

/**
 * Ends work after so many seconds, or when it is called off, whether or not the work heeds its signal.
 *
 * @throws FetchFailure when the time is over; the reason of `calledOff` when it is aborted
 */
export async function withDeadline<T>(
  seconds: number,
  calledOff: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  calledOff.throwIfAborted()
  const controller = new AbortController()
  const callOff = () => {
    controller.abort(calledOff.reason)
  }
  const timer = setTimeout(() => {
    controller.abort(new FetchFailure(`did not answer within ${seconds} s`))
  }, seconds * 1000)
  timer.unref()
  calledOff.addEventListener('abort', callOff, { once: true })
  const ended = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => {
      reject(controller.signal.reason as Error)
    })
  })
  try {
    return await Promise.race([ended, work(controller.signal)])
  } finally {
    clearTimeout(timer)
    calledOff.removeEventListener('abort', callOff)
  }
}
