import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { stage } from './stage.ts'

const run = promisify(execFile)
const TIMEOUT = 120_000

test(
  'the story goes over HTTP as the README tells it, and ends by itself with 0',
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
  'a sign-out that services do not learn of is found out: the story ends with 1',
  async () => {
    const folder = await stage('without-revocation')
    const system = join(folder, 'system.js')
    const code = await readFile(system, 'utf8')
    const careless = code.replace(
      'createIdentity({ ...options,',
      'createIdentity({ ...options, revocation: null,',
    )
    expect(careless).not.toBe(code)
    await writeFile(system, careless)
    const demo = run(process.execPath, [join(folder, 'demo.js')], { timeout: TIMEOUT })
    const failure = (await demo.catch((error: unknown) => error)) as { code?: number; stdout: string }
    expect(failure.code).toBe(1)
    expect(failure.stdout).toContain('✗ Her other tab: 200. Expected 401 token_revoked.')
  },
  TIMEOUT,
)
