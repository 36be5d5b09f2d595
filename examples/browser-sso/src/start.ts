import { once } from 'node:events'
import { SERVICE_NAMES } from './places.js'
import { startSystem } from './system.js'

const [lifetime = '30'] = process.argv.slice(2)
const system = await startSystem({ lifetime: Number(lifetime) })
for (const name of SERVICE_NAMES) console.log(`${name.padEnd(10)} ${system.places.services[name]}`)
console.log(`${'sign-in'.padEnd(10)} ${system.places.id}/sign-in`)
console.log('Sign in as alice (wonderland) or bob (builder). Ctrl-C ends it.')

await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
await system.stop()
