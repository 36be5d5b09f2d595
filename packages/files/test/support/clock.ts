/** Seconds since the epoch, standing still until told otherwise. */
export function createClock(start = 1_800_000_000) {
  let now = start
  return Object.assign(() => now, {
    advance(seconds: number) {
      now += seconds
    },
  })
}
