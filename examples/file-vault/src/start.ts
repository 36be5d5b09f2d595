import { mkdirSync } from 'node:fs'
import { startService } from './service.js'
import { PASSWORD, userNames } from './users.js'

const folder = process.argv[2] ?? '.tmp/data'
mkdirSync(folder, { recursive: true, mode: 0o700 })
const { origin } = await startService(folder, Number(process.env.PORT ?? 0))
const who = `${userNames.join(', ')} with the password '${PASSWORD}'`
console.log(`${origin} (sign in as ${who}; files are kept in ${folder})`)
