/**
 * How much is measured. `full` is what the figures in docs/performance.md come from, `quick` is for trying a change,
 * and `tiny` shows only that everything runs.
 */
export const PACES = {
  full: { name: 'full', rounds: 11, warmUp: 2, milliseconds: 40, share: 1, batch: 1, connections: 64 },
  quick: { name: 'quick', rounds: 5, warmUp: 1, milliseconds: 15, share: 0.1, batch: 1, connections: 64 },
  tiny: { name: 'tiny', rounds: 1, warmUp: 0, milliseconds: 1, share: 0.001, batch: 0.1, connections: 4 },
}

/** A number of things as large as the pace allows. */
export const shareOf = (count, pace, least = 1) => Math.max(least, Math.round(count * pace.share))
