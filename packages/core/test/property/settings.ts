import type fc from 'fast-check'

/**
 * The same runs each time, so that a red test is a red change; another seed by PORTCULLIS_SEED. fast-check prints
 * seed and path of a failure.
 */
export const settings = (numRuns: number): fc.Parameters<unknown> => ({
  numRuns,
  seed: Number(process.env.PORTCULLIS_SEED ?? 20_260_401),
})
