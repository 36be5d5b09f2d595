/** Numbers that follow from a seed, which is printed: PORTCULLIS_SEED repeats a run (mulberry32). */
export function createRandom(purpose: string) {
  const seed = Number(process.env.PORTCULLIS_SEED ?? Date.now() % 2 ** 31)
  process.stdout.write(`PORTCULLIS_SEED=${seed} for ${purpose}\n`)
  let state = seed
  return {
    seed,
    /** A whole number from 0 to below the bound. */
    below: (bound: number): number => {
      state = (state + 0x6d2b79f5) | 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
    },
  }
}
