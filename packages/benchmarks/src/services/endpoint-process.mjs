import { createServer } from 'node:http'
import { ENDPOINTS } from './token-endpoints.mjs'

// One token endpoint, which tells the process that measures how to ask it, and what processor time it took.

const [name, algorithm] = process.argv.slice(2)
const { handler, ...told } = await ENDPOINTS[name](algorithm)
const server = createServer(handler)
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send({ processor: user + system })
})
process.on('disconnect', () => process.exit())
process.send({ url: `http://127.0.0.1:${server.address().port}/token`, ...told })
