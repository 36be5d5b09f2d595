import { createPublicKey, createSecretKey } from 'node:crypto'
import { load } from './frameworks.mjs'
import { belongsTo } from './packages.mjs'
import { selfTime, startProfile } from './profile.mjs'

// Servers, which are told what to do by the process that measures: see running-servers.mjs.

/** What a library's manual has its users write counts as the library's own. */
const guards = new URL('./servers/guards/', import.meta.url).href

async function startServer({ framework, name, algorithm, jwk, ...rest }) {
  const { CONTENDERS, FRAMEWORK, start } = await load(framework)
  const contender = CONTENDERS[name]
  const key =
    algorithm === 'HS256'
      ? createSecretKey(Buffer.from(jwk.k, 'base64url'))
      : createPublicKey({ format: 'jwk', key: jwk })
  const port = await start(contender, { algorithm, key, ...rest })
  return { port, packages: contender.packages, framework: FRAMEWORK }
}

const servers = []
for (const server of JSON.parse(process.argv[2])) servers.push(await startServer(server))

let processorTime
let endProfile
const TASKS = {
  startClock() {
    processorTime = process.cpuUsage()
  },
  /** Microseconds, of all threads. */
  stopClock() {
    const { user, system } = process.cpuUsage(processorTime)
    return user + system
  },
  async startProfile() {
    endProfile = await startProfile()
  },
  /** Microseconds, of the library's code on the main thread. */
  async stopProfile({ packages, framework }) {
    const profile = await endProfile()
    const isLibrary = belongsTo(packages, framework)
    return selfTime(profile, (url) => url.startsWith(guards) || isLibrary(url))
  },
}
process.on('message', async ({ task, index }) => {
  process.send({ answer: await TASKS[task](servers[index]) })
})
process.on('disconnect', () => process.exit())
process.send({ answer: servers.map(({ port }) => port) })
