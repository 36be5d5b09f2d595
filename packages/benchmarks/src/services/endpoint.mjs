import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { run } from '../http/load.mjs'
import { shareOf } from '../measuring/pace.mjs'
import { interleave } from '../measuring/rounds.mjs'
import { ENDPOINTS } from './token-endpoints.mjs'

const program = fileURLToPath(new URL('./endpoint-process.mjs', import.meta.url))
const ALGORITHMS = ['RS256', 'ES256']
const ROUNDS = 5
const REQUESTS = 1500

/** A token for each request, by client credentials: by algorithm and contender. */
export async function measureEndpoint(pace, progress) {
  const results = {}
  for (const algorithm of pace.name === 'tiny' ? ['ES256'] : ALGORITHMS) {
    progress(`token endpoint, ${algorithm}`)
    const names = Object.keys(ENDPOINTS)
    const endpoints = await Promise.all(names.map((name) => startEndpoint(name, algorithm)))
    try {
      const samples = {}
      for (const [index, name] of names.entries()) {
        await requireHonestEndpoint(name, endpoints[index])
        samples[name] = () => endpoints[index].sample(pace)
      }
      results[algorithm] = await interleave(samples, { ...pace, rounds: Math.min(pace.rounds, ROUNDS) })
    } finally {
      for (const { stop } of endpoints) stop()
    }
  }
  return results
}

async function startEndpoint(name, algorithm) {
  const child = fork(program, [name, algorithm])
  const [{ url, headers, body, stranger }] = await once(child, 'message')
  const request = {
    url,
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body,
  }
  const processorTime = async () => {
    child.send('processor time')
    const [{ processor }] = await once(child, 'message')
    return processor
  }
  return {
    request,
    stranger,
    async sample({ connections, ...pace }) {
      const amount = shareOf(REQUESTS, pace, 2 * connections)
      const before = await processorTime()
      const speed = await run({ ...request, connections, amount, sampleInt: 20 })
      return { ...speed, processor: ((await processorTime()) - before) / amount }
    },
    stop: () => child.disconnect(),
  }
}

/** Who gives no token, the same one twice, or one to whom it does not know, is not measured. */
async function requireHonestEndpoint(name, { request, stranger }) {
  const ask = async (options) => {
    const response = await globalThis.fetch(options.url, options)
    return { status: response.status, ...(await response.json()) }
  }
  const [first, second] = [await ask(request), await ask(request)]
  if (first.status !== 200 || second.status !== 200) throw new Error(`${name} gives no token`)
  if (name === 'bare') return
  if (first.access_token.split('.').length !== 3) throw new Error(`${name} gives no JWT`)
  if (first.access_token === second.access_token) throw new Error(`${name} gives the same token twice`)
  const { status } = await ask({ ...request, headers: { ...request.headers, ...stranger } })
  if (status !== 401) throw new Error(`${name} answers a wrong secret with ${status}`)
}
