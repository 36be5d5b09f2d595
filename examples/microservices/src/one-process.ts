import { createStoryClock } from './clock.js'
import { listen } from './listen.js'
import { memoryState } from './memory-state.js'
import { FACTORIES, forEachName, NAMES } from './services.js'
import { addressesOf, signerOf, type System } from './system.js'

/** All services in one process, each with a state of its own in memory, as it would have in a process of its own. */
export async function startInOneProcess(): Promise<System> {
  const servers = await forEachName(() => listen())
  const addresses = addressesOf(servers)
  const clock = createStoryClock()
  const states = await forEachName(() => Promise.resolve(memoryState(clock.now)))
  for (const name of NAMES) {
    servers[name].serve(await FACTORIES[name]({ addresses, state: states[name], clock: clock.now }))
  }
  return {
    addresses,
    processes: 1,
    clock: clock.now,
    pass(seconds) {
      clock.pass(seconds)
      return Promise.resolve()
    },
    signers: {
      identity: signerOf('identity', addresses, states.identity, clock.now),
      orders: signerOf('orders', addresses, states.orders, clock.now),
    },
    settled: () => Promise.resolve(),
    setReachable(name, reachable) {
      servers[name].setReachable(reachable)
    },
    async stop() {
      await Promise.all(NAMES.map((name) => servers[name].stop()))
    },
  }
}
