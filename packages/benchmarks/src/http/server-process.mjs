import { createPublicKey, createSecretKey } from 'node:crypto'
import { load } from './frameworks.mjs'
import { belongsTo } from './packages.mjs'
import { selfTime, startProfile } from './profile.mjs'

// Servers of a framework, which are told what to do by the process that measures: see running-servers.mjs.

const guards = new URL('./servers/guards.mjs', import.meta.url).href
const { framework, names, algorithm, jwk, ...rest } = JSON.parse(process.argv[2])
const { CONTENDERS, FRAMEWORK, start } = await load(framework)
const key =
  algorithm === 'HS256'
    ? createSecretKey(Buffer.from(jwk.k, 'base64url'))
    : createPublicKey({ format: 'jwk', key: jwk })

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
  async stopProfile(name) {
    const { packages } = CONTENDERS[name]
    const profile = await endProfile()
    if (packages === undefined) return 0
    const isLibrary = belongsTo(packages, FRAMEWORK)
    return selfTime(profile, (url) => url === guards || isLibrary(url))
  },
}
process.on('message', async ({ task, name }) => {
  process.send({ answer: await TASKS[task](name) })
})
process.on('disconnect', () => process.exit())

const ports = {}
for (const name of names) ports[name] = await start(CONTENDERS[name], { algorithm, key, ...rest })
process.send({ answer: ports })
