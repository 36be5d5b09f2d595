import { mkdirSync } from 'node:fs'
import { startService } from './service.js'
import { userNames } from './users.js'

const folder = process.argv[2] ?? '.tmp/data'
mkdirSync(folder, { recursive: true, mode: 0o700 })
const { origin } = await startService(folder, Number(process.env.PORT ?? 0))
console.log(`${origin} (sign in as ${userNames.join(', ')}; files are kept in ${folder})`)
