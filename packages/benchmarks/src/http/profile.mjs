import { Session } from 'node:inspector/promises'

/** Microseconds between two looks at the stack. */
const INTERVAL = 100

/** Starts a CPU profile of this process's main thread. @returns a function that ends it and answers the profile */
export async function startProfile() {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: INTERVAL })
  await session.post('Profiler.start')
  return async () => {
    const { profile } = await session.post('Profiler.stop')
    session.disconnect()
    return profile
  }
}

/**
 * Microseconds in which code of the given files was running. What V8 and Node's own modules do belongs to the nearest
 * caller that is neither: crypto and JSON under a library are the library's, under a framework the framework's. What
 * has no such caller, such as garbage collection, is nobody's.
 *
 * @param {(url: string) => boolean} isOwn
 */
export function selfTime({ nodes, samples, timeDeltas }, isOwn) {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const own = new Set()
  const visit = (node, caller) => {
    const { url } = node.callFrame
    const counts = url === '' || url.startsWith('node:') ? caller : isOwn(url)
    if (counts) own.add(node.id)
    for (const child of node.children ?? []) visit(byId.get(child), counts)
  }
  visit(nodes[0], false)
  return samples.reduce((sum, id, index) => (own.has(id) ? sum + timeDeltas[index] : sum), 0)
}
