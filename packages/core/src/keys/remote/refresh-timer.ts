/** The longest delay that a timer of Node takes. */
const LONGEST_DELAY = 2 ** 31 - 1

/** One timer at most, which keeps no process alive. */
export interface RefreshTimer {
  /** Sets it anew; not at all for a time that a faulty clock has made no number. */
  set(seconds: number): void
  stop(): void
}

export function createRefreshTimer(ring: () => void): RefreshTimer {
  let timer: NodeJS.Timeout | undefined
  return {
    set(seconds) {
      clearTimeout(timer)
      if (!Number.isFinite(seconds)) return
      timer = setTimeout(ring, Math.min(Math.ceil(seconds * 1000), LONGEST_DELAY))
      timer.unref()
    },
    stop() {
      clearTimeout(timer)
    },
  }
}
