import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { delimiter, dirname, join, relative } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'

/**
 * Runs the test command on several lines of Node, and prints a table. Nothing is installed on the machine: each line
 * comes from the package registry into npm's cache.
 *
 *     npm run test:node-lines             every line below
 *     npm run test:node-lines -- 22 24    some of them
 */
const LINES = ['20', '22', '24', '26']

const root = fileURLToPath(new URL('..', import.meta.url))
const results = join(root, '.tmp', 'node-lines')

/** The path of a Node of this line, and its version. */
function findNode(line) {
  const name = `node-${process.platform}-${process.arch}@${line}`
  const print = 'node -p "JSON.stringify({ path: process.execPath, version: process.version })"'
  const args = ['exec', '--yes', `--package=${name}`, '-c', print]
  const { stdout, stderr, status } = spawnSync('npm', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`npm could not get ${name}\n${stderr}`)
  return JSON.parse(stdout)
}

function testOn(line) {
  const { path, version } = findNode(line)
  const log = join(results, `${line}.log`)
  const counts = join(results, `${line}.counts`)
  const output = openSync(log, 'w')
  const start = performance.now()
  const { status } = spawnSync('npm', ['test'], {
    cwd: root,
    stdio: ['ignore', output, output],
    // A PATH, and not `npm exec` around it all: the settings of that would reach every npm that a test runs.
    env: {
      ...process.env,
      PATH: `${dirname(path)}${delimiter}${process.env.PATH}`,
      PORTCULLIS_TEST_COUNTS: counts,
    },
  })
  const seconds = Math.round((performance.now() - start) / 1000)
  const result = existsSync(counts) ? readFileSync(counts, 'utf8').trim() : 'did not finish'
  return { passed: status === 0, log, columns: [line, version, result, `${seconds} s`] }
}

const print = ([line, version, result, time]) => {
  console.log(`${line.padEnd(6)}${version.padEnd(12)}${result.padEnd(44)}${time}`)
}

rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })
const asked = process.argv.slice(2)
print(['line', 'version', 'result', 'time'])
const failures = []
for (const line of asked.length > 0 ? asked : LINES) {
  const tested = testOn(line)
  print(tested.columns)
  if (!tested.passed) failures.push(tested.log)
}
for (const log of failures) {
  const output = readFileSync(log, 'utf8')
  const summary = output.lastIndexOf('Summary of all failing tests')
  console.log(`\n${relative(root, log)}:\n${summary < 0 ? output : output.slice(summary)}`)
}
process.exitCode = failures.length > 0 ? 1 : 0
