import { setTimeout as sleep } from 'node:timers/promises'

/** Waits, and rejects as soon as the signal is aborted. */
export async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  if (seconds > 0) await sleep(seconds * 1000, undefined, { signal })
}

/** Seconds to wait after a number of failures in a row: each doubles the time, and chance takes up to half of it off. */
export function backoffAfter(
  failures: number,
  { first, most }: { readonly first: number; readonly most: number },
): number {
  const full = Math.min(most, first * 2 ** Math.min(failures - 1, 40))
  return full * (1 - Math.random() / 2)
}
