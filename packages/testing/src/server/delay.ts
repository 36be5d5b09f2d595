import type { ServerResponse } from 'node:http'
import type { Fault } from './fault.js'

/** Resolves when the delay is over, or when the connection is: nothing outlives the server. */
export function passed(delay: Fault['delay'], response: ServerResponse): Promise<unknown> {
  if (delay === undefined) return Promise.resolve()
  const closed = new Promise<void>((resolve) => response.once('close', resolve))
  if (typeof delay !== 'number') return Promise.race([delay.catch(() => undefined), closed])
  return new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, delay)
    void closed.then(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
