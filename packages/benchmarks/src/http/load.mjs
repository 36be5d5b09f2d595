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
        Array.from({ length: Math.min(each, tokens.length) }, (_, at) => ({
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

/**
 * autocannon's own percentiles are whole milliseconds, and its seconds whole ones. The first answer on each connection
 * has waited until all connections were made, and does not count.
 */
export function run(options) {
  return new Promise((resolve, reject) => {
    const times = []
    const connected = new Set()
    let [answers, failed, started, ended] = [0, 0, 0, 0]
    const instance = autocannon(options, (error) => {
      if (error !== null && error !== undefined) return reject(error)
      if (failed > 0 || answers < options.amount)
        return reject(
          new Error(`${failed} of ${answers} answers were not 200, of ${options.amount} requests`),
        )
      times.sort((a, b) => a - b)
      return resolve({
        perSecond: ((answers - 1) * 1000) / (ended - started),
        p50: percentile(times, 0.5),
        p99: percentile(times, 0.99),
      })
    })
    instance.on('response', (client, status, _bytes, milliseconds) => {
      ended = performance.now()
      if (answers++ === 0) started = ended
      if (status !== 200) failed++
      if (connected.has(client)) times.push(milliseconds)
      else connected.add(client)
    })
    instance.on('reqError', reject)
  })
}
