import { fork } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { machine } from './measuring/machine.mjs'
import { PACES } from './measuring/pace.mjs'
import { PARTS } from './parts.mjs'

const USAGE = `usage: npm run bench -- [part ...] [--quick] [--json file]

${Object.entries(PARTS)
  .map(([name, shows]) => `  ${name.padEnd(8)} ${shows}`)
  .join('\n')}

Without a part, all of them run. --quick takes fewer and shorter samples; --tiny shows only that everything runs.
`

const here = dirname(fileURLToPath(import.meta.url))
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    tiny: { type: 'boolean', default: false },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const unknown = positionals.filter((part) => !Object.hasOwn(PARTS, part))
if (values.help || unknown.length > 0) {
  process.stderr.write(
    unknown.length > 0 ? `There is no part called ${unknown.join(', ')}.\n\n${USAGE}` : USAGE,
  )
  process.exit(values.help ? 0 : 2)
}

const pace = PACES[values.tiny ? 'tiny' : values.quick ? 'quick' : 'full']
const wanted = Object.keys(PARTS).filter((part) => positionals.length === 0 || positionals.includes(part))
const report = { ...machine(), pace: pace.name, parts: {} }
const started = performance.now()
const seconds = () => Math.round((performance.now() - started) / 1000)

process.stdout.write(`${report.cpu}, ${report.cores} cores, Node ${report.node}, OpenSSL ${report.openssl}\n`)
for (const part of wanted) {
  const { print } = await import(`./${part}/index.mjs`)
  const results = await runPart(part)
  report.parts[part] = results
  process.stdout.write(`\n## ${part}: ${PARTS[part]}\n\n${print(results)}\n`)
}
const file = values.json ?? resolve(here, '../results', `${report.date.replaceAll(':', '-')}.json`)
await mkdir(dirname(resolve(file)), { recursive: true })
await writeFile(file, `${JSON.stringify({ ...report, seconds: seconds() }, undefined, 2)}\n`)
process.stdout.write(`\n${seconds()} s; all figures are in ${file}\n`)

function runPart(part) {
  return new Promise((resolvePart, reject) => {
    const child = fork(resolve(here, 'run-part.mjs'), [part, pace.name])
    child.on('message', ({ progress, results }) => {
      if (progress !== undefined) process.stderr.write(`[${seconds()} s] ${part}: ${progress}\n`)
      else resolvePart(results)
    })
    child.once('error', reject)
    child.once('exit', (code) => {
      // Too late for a part that has sent its results.
      reject(new Error(`The part ${part} ended with ${String(code)} and without results`))
    })
  })
}
