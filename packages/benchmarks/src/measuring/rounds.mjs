/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The median of each member. @param {Record<string, number>[]} samples */
export function medians(samples) {
  const names = Object.keys(samples[0])
  return Object.fromEntries(names.map((name) => [name, median(samples.map((sample) => sample[name]))]))
}

/**
 * Runs every contender once a round, in an order that moves on by one each round, so that whatever else the machine
 * does meets all of them alike. The first rounds warm up and do not count.
 *
 * @template {Record<string, number>} Sample
 * @param {Record<string, () => Sample | Promise<Sample>>} contenders
 * @param {{ rounds: number, warmUp: number }} pace
 * @returns {Promise<Record<string, Sample>>} the medians of each
 */
export async function interleave(contenders, { rounds, warmUp }) {
  const names = Object.keys(contenders)
  const samples = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < warmUp + rounds; round++) {
    for (let at = 0; at < names.length; at++) {
      const name = names[(at + round) % names.length]
      const sample = await contenders[name]()
      if (round >= warmUp) samples[name].push(sample)
    }
  }
  return Object.fromEntries(names.map((name) => [name, medians(samples[name])]))
}
