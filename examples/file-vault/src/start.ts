import { mkdirSync } from 'node:fs'
import { startService } from './service.js'
import { PASSWORD, userNames } from './users.js'

const folder = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? '.tmp/data'
mkdirSync(folder, { recursive: true, mode: 0o700 })
const network = process.argv.includes('--ipfs')
  ? await import('./network.js').then(({ startNetwork }) => startNetwork(folder))
  : undefined
const { origin } = await startService(folder, Number(process.env.PORT ?? 0), network?.blobs)
const where = network === undefined ? folder : `${folder}, on two storage nodes`
const who = `${userNames.join(', ')} with the password '${PASSWORD}'`
console.log(`${origin} (sign in as ${who}; files are kept in ${where})`)
