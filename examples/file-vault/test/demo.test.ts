import { build } from 'esbuild'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { stageExample } from '../../../test/support/stage-example.js'

const run = promisify(execFile)
const TIMEOUT = 120_000
const stage = (name: string) =>
  stageExample(join(__dirname, '..'), name, ['core', 'issuer', 'express', 'files'])

/** The modules of Helia are thousands, which each process takes seconds to find and read; here they are a few. */
async function bundle(folder: string): Promise<string> {
  const outdir = join(folder, 'bundled')
  await build({
    entryPoints: ['demo.js', 'storage-node.js'].map((name) => join(folder, name)),
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['lmdb'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  })
  return outdir
}

interface Failure {
  readonly code?: number
  readonly stdout: string
}

test(
  'the story goes as the README tells it, and ends by itself with 0',
  async () => {
    const folder = await stage('as-it-is')
    const { stdout, stderr } = await run(process.execPath, [join(folder, 'demo.js')], { timeout: TIMEOUT })
    expect(stderr).toBe('')
    expect(stdout.split('\n').filter((line) => line.startsWith('✗'))).toEqual([])
    const readme = await readFile(join(__dirname, '../README.md'), 'utf8')
    expect(stdout).toBe(/```text\n([\s\S]*?)```/.exec(readme)?.[1])
  },
  TIMEOUT,
)

test(
  'the same on two storage nodes goes as the README tells it, and all processes end',
  async () => {
    const folder = await bundle(await stage('network'))
    const demo = run(process.execPath, [join(folder, 'demo.js'), '--ipfs'], { timeout: TIMEOUT })
    // It is over when nobody has its output open any more, the storage nodes among them.
    const { stdout, stderr } = await demo
    expect(stderr).toBe('')
    const readme = await readFile(join(__dirname, '../README.md'), 'utf8')
    const [here = '', onNetwork = ''] = [...readme.matchAll(/```text\n([\s\S]*?)```/g)].map(
      ([, text]) => text,
    )
    const [story = ''] = here.split('\n\n')
    expect(stdout).toBe(`${story}\n${onNetwork}`)
  },
  TIMEOUT,
)

test(
  'a vault that lets everybody in is found out: the story ends with 1, and says what should have happened',
  async () => {
    const folder = await stage('careless')
    const files = join(folder, 'node_modules/@portcullis/files')
    await writeFile(
      join(files, 'dist/careless.js'),
      `export * from './index.js'
import { createFileVault as strict } from './index.js'
export const createFileVault = (options) =>
  strict({ ...options, policies: { read: { check: () => ({ allowed: true }), describe: () => 'everybody' } } })\n`,
    )
    const manifest = JSON.parse(await readFile(join(files, 'package.json'), 'utf8')) as {
      exports: Record<string, object>
    }
    manifest.exports['.'] = { default: './dist/careless.js' }
    await writeFile(join(files, 'package.json'), JSON.stringify(manifest))

    const demo = run(process.execPath, [join(folder, 'demo.js')], { timeout: TIMEOUT })
    const { code, stdout }: Failure = await demo.catch((error: unknown) => error as Failure)
    expect(code).toBe(1)
    expect(stdout).toContain('✗ Bob asks for it: 200. Expected 403 policy_refused.')
    expect(stdout).toMatch(/\n\d of 24 steps are not as they should be\.\n$/)
  },
  TIMEOUT,
)
