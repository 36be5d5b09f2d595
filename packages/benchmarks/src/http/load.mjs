import autocannon from 'autocannon'

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]

/**
 * Sends requests on so many connections, and waits for all answers. Each connection has tokens of its own, so that all
 * of them are in rotation; a further run goes on where the last one ended.
 *
 * @returns {(amount: number) => Promise<{ perSecond: number, p50: number, p99: number }>} times in milliseconds
 */
export function createLoad(url, tokens, connections) {
  let sent = 0
  return async (amount) => {
    const each = Math.ceil(amount / connections)
    let connection = 0
    const setupClient = (client) => {
      const first = sent + connection++ * each
      client.setRequests(
        Array.from({ length: each }, (_, at) => ({
          method: 'GET',
          path: new URL(url).pathname,
          headers: { authorization: `Bearer ${tokens[(first + at) % tokens.length]}` },
        })),
      )
    }
    const result = await run({ url, connections, amount: each * connections, setupClient, sampleInt: 20 })
    sent += each * connections
    return result
  }
}

/** autocannon's own percentiles are whole milliseconds, and its seconds whole ones. */
export function run(options) {
  return new Promise((resolve, reject) => {
    const times = []
    let failed = 0
    let [started, ended] = [0, 0]
    const instance = autocannon(options, (error) => {
      if (error !== null && error !== undefined) return reject(error)
      if (failed > 0 || times.length < options.amount)
        return reject(new Error(`${failed} of ${times.length} answers were not 200`))
      times.sort((a, b) => a - b)
      return resolve({
        perSecond: (times.length * 1000) / (ended - started),
        p50: percentile(times, 0.5),
        p99: percentile(times, 0.99),
      })
    })
    // The first requests are sent while the connections are set up.
    started = performance.now()
    instance.on('response', (_client, status, _bytes, milliseconds) => {
      ended = performance.now()
      times.push(milliseconds)
      if (status !== 200) failed++
    })
    instance.on('reqError', reject)
  })
}
