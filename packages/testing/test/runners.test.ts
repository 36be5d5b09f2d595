import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { bundlePackages } from '../../../test/support/bundle-packages.js'

const run = promisify(execFile)
const packageFolder = resolve(__dirname, '..')
const root = resolve(packageFolder, '../..')
const installed = createRequire(join(root, 'package.json'))
/** Compilers and runners start anew in each test, on a machine that may be busy. */
const PATIENCE = 120_000

let folder: string
let example: string
let jestConfig: string

beforeAll(async () => {
  await mkdir(join(packageFolder, '.tmp'), { recursive: true })
  folder = await mkdtemp(join(packageFolder, '.tmp', 'runners-'))
  // The folder is a project of its own, CommonJS by default, and not a part of this package.
  await writeFile(join(folder, 'package.json'), '{}')
  await bundlePackages(['packages/core', 'packages/testing', '--into', join(folder, 'node_modules')])
  const readme = await readFile(join(packageFolder, 'README.md'), 'utf8')
  const blocks = [...readme.matchAll(/^```js\n(.*?)^```/gms)].map(([, code = '']) => code)
  example = blocks.find((code) => code.includes("from 'node:test'")) ?? ''
  jestConfig = blocks.find((code) => code.startsWith('module.exports')) ?? ''
}, PATIENCE)

afterAll(() => rm(folder, { recursive: true, force: true }))

/** The script of a tool, as its manifest names it. */
function bin(tool: string, name: string): string {
  const manifest = installed.resolve(`${tool}/package.json`)
  const { bin: scripts } = installed(manifest) as { bin: string | Record<string, string> }
  return resolve(manifest, '..', typeof scripts === 'string' ? scripts : (scripts[name] ?? ''))
}

/** Runs node as a user does, who is not inside of Jest; rejects with all that it said unless it exits with 0. */
async function node(parameters: readonly string[]): Promise<string> {
  const env = { ...process.env }
  for (const name of ['JEST_WORKER_ID', 'NODE_ENV', 'NODE_OPTIONS']) Reflect.deleteProperty(env, name)
  const { stdout, stderr } = await run(process.execPath, parameters, { cwd: folder, env }).catch(
    (error: unknown) => {
      const said = error as { stdout: string; stderr: string }
      throw new Error(said.stdout + said.stderr)
    },
  )
  return stdout + stderr
}

/** The example as a test file of its own folder, for a runner that has other names for the same things. */
async function suite(name: string, edit: (code: string) => string): Promise<string> {
  const file = join(folder, name)
  await mkdir(resolve(file, '..'), { recursive: true })
  await writeFile(file, edit(example))
  return file
}

const asCommonJs = (code: string) =>
  code
    .replaceAll(/^import (\w+) from ('.*')$/gm, 'const $1 = require($2)')
    .replaceAll(/^import (\{.*\}) from ('.*')$/gm, 'const $1 = require($2)')

const TESTS = 3

describe('the example of the README runs', () => {
  it(
    'in node:test, as an ES module',
    async () => {
      const file = await suite('node-esm/example.test.mjs', (code) => code)
      const output = await node(['--test', '--test-reporter=tap', file])
      expect(output).toContain(`# pass ${TESTS}\n# fail 0`)
    },
    PATIENCE,
  )

  it(
    'in node:test, as CommonJS',
    async () => {
      const file = await suite('node-cjs/example.test.cjs', asCommonJs)
      expect(await readFile(file, 'utf8')).not.toMatch(/^import /m)
      const output = await node(['--test', '--test-reporter=tap', file])
      expect(output).toContain(`# pass ${TESTS}\n# fail 0`)
    },
    PATIENCE,
  )

  it(
    'in Vitest',
    async () => {
      await suite('vitest/example.test.js', (code) =>
        code.replace(
          "{ after, before, test } from 'node:test'",
          "{ afterAll as after, beforeAll as before, test } from 'vitest'",
        ),
      )
      const output = await node([bin('vitest', 'vitest'), 'run', '--root', join(folder, 'vitest')])
      expect(output).toMatch(new RegExp(`Tests .*${TESTS} passed`))
    },
    PATIENCE,
  )

  it(
    'in Jest, in its CommonJS mode, as the README configures it',
    async () => {
      await suite('jest/example.test.js', (code) =>
        asCommonJs(code).replace(
          "{ after, before, test } = require('node:test')",
          '{ afterAll: after, beforeAll: before, test } = globalThis',
        ),
      )
      const config = join(folder, 'jest/jest.config.cjs')
      await writeFile(config, jestConfig)
      const output = await node([bin('jest', 'jest'), '--config', config])
      expect(output).toMatch(new RegExp(`Tests: +${TESTS} passed, ${TESTS} total`))
    },
    PATIENCE,
  )
})

it('leaves no dependency to install', async () => {
  const manifest = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as object
  expect(manifest).not.toHaveProperty('dependencies')
  expect(manifest).not.toHaveProperty('peerDependencies')
})
