const BATCH = 64
const BATCH_IN_FLIGHT = 512

/**
 * One operation after another. What it works on is made in batches, outside of the time that is measured, until the
 * measured time adds up to a sample.
 *
 * @param {() => unknown} next makes what the operation is given
 * @param {(item: unknown) => unknown} operation
 * @param {{ milliseconds: number, batch: number }} pace how long a sample is
 * @returns microseconds an operation: `elapsed`, and `cpu` of all threads of the process, which does not change when
 *   other programs want the processor
 */
export function oneAfterAnother(next, operation, pace) {
  return sample(next, BATCH, pace, async (items) => {
    for (const item of items) {
      const answer = operation(item)
      if (answer instanceof Promise) await answer
    }
  })
}

/** The same with so many in flight at any time. */
export function manyInFlight(next, operation, pace, inFlight) {
  return sample(next, BATCH_IN_FLIGHT, pace, async (items) => {
    let at = 0
    const worker = async () => {
      while (at < items.length) await operation(items[at++])
    }
    await Promise.all(Array.from({ length: inFlight }, worker))
  })
}

async function sample(next, most, { milliseconds, batch: share }, work) {
  const batch = Math.ceil(most * share)
  let [elapsed, cpu, done] = [0, 0, 0]
  while (elapsed < milliseconds) {
    const items = Array.from({ length: batch }, next)
    const started = performance.now()
    const before = process.cpuUsage()
    await work(items)
    const { user, system } = process.cpuUsage(before)
    elapsed += performance.now() - started
    cpu += user + system
    done += batch
  }
  return { elapsed: (elapsed * 1000) / done, cpu: cpu / done }
}

/** Hands out the items of a list round and round, each as a new string. */
export function rotating(tokens) {
  let at = 0
  return () => fresh(tokens[at++ % tokens.length])
}

/** As HTTP gives it: a string that nobody has hashed, flattened or seen before. */
export function fresh(token) {
  return Buffer.from(token, 'latin1').toString('latin1')
}
