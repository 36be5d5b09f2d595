import { randomBytes } from 'node:crypto'
import { createProxyServer } from 'httpxy'
import { createStoryClock } from './clock.js'
import { listen, type RequestHandler } from './listen.js'
import { openRedisState, type RedisPlace } from './redis-state.js'
import { forEachName, NAMES } from './services.js'
import { addressesOf, signerOf, type System } from './system.js'
import { startWorker } from './worker.js'

const PROCESSES = 2

/** Every service in several processes behind a round-robin; what they must have in common is on Redis. */
export async function startManyProcesses(url: string): Promise<System> {
  const place: RedisPlace = {
    url,
    // A run of its own, beside whatever else is on that Redis.
    prefix: `microservices-${randomBytes(8).toString('hex')}`,
    sealingKey: randomBytes(32).toString('base64'),
  }
  const state = await openRedisState(place)
  const servers = await forEachName(() => listen())
  const addresses = addressesOf(servers)
  const clock = createStoryClock()
  const workersOf = await forEachName((name) =>
    Promise.all(Array.from({ length: PROCESSES }, () => startWorker(name, addresses, place))),
  )
  const workers = NAMES.flatMap((name) => workersOf[name])
  for (const name of NAMES) servers[name].serve(roundRobin(workersOf[name].map(({ url }) => url)))

  return {
    addresses,
    processes: PROCESSES,
    clock: clock.now,
    async pass(seconds) {
      clock.pass(seconds)
      await Promise.all(workers.map((worker) => worker.pass(seconds)))
    },
    signers: {
      identity: signerOf('identity', addresses, state, clock.now),
      orders: signerOf('orders', addresses, state, clock.now),
    },
    async settled() {
      await Promise.all(workers.map((worker) => worker.catchUp()))
    },
    setReachable(name, reachable) {
      servers[name].setReachable(reachable)
    },
    async stop() {
      await Promise.all(NAMES.map((name) => servers[name].stop()))
      await Promise.all(workers.map((worker) => worker.stop()))
      await state.removeAll()
      state.close()
    },
  }
}

/** Passes each request to the next one. Connections are not kept, so that nobody stays with the same process. */
function roundRobin(targets: readonly string[]): RequestHandler {
  const proxy = createProxyServer()
  let next = 0
  return (request, response) => {
    const target = targets[next++ % targets.length] ?? ''
    proxy.web(request, response, { target }).catch(() => {
      if (response.headersSent) response.destroy()
      else response.writeHead(502).end()
    })
  }
}
