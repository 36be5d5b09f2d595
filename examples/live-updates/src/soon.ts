import { setTimeout as pause } from 'node:timers/promises'

const PATIENCE_MILLISECONDS = 5000

/** The same, or a failure when it does not come soon: a story does not wait for ever. */
export async function soon<T>(happening: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`nothing happened for ${PATIENCE_MILLISECONDS / 1000} s`))
    }, PATIENCE_MILLISECONDS)
  })
  try {
    return await Promise.race([happening, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Waits until something is the case, or has not been for long enough; the caller looks which. */
export async function becomesTrue(condition: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MILLISECONDS
  while (!condition() && performance.now() < end) await pause(5)
}
