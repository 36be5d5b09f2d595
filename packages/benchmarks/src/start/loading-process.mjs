import { Session } from 'node:inspector'
import { createRequire } from 'node:module'

// Loads a framework, and then what is measured. Modules are counted in a run of their own, since that takes time.

const { way, framework, modules, count } = JSON.parse(process.argv[2])
const require = createRequire(import.meta.url)
const load = { import: (name) => import(name), require: async (name) => require(name) }[way]

const files = new Map()
if (count) {
  const session = new Session()
  session.connect()
  session.on('Debugger.scriptParsed', ({ params: { url, length } }) => {
    if (!url.startsWith('node:') && url !== '') files.set(url, length)
  })
  session.post('Debugger.enable')
}

for (const name of framework) await load(name)
// Those of the framework, and this one.
const before = new Set(files.keys())
const started = performance.now()
for (const name of modules) await load(name)
const milliseconds = performance.now() - started

const added = [...files].filter(([url]) => !before.has(url))
const characters = added.reduce((sum, [, length]) => sum + length, 0)
process.send({ milliseconds, files: added.length, kibibytes: characters / 1024 }, () => process.exit())
