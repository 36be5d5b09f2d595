import { execFile } from 'node:child_process'
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { stage } from './stage.js'

const run = promisify(execFile)
const TIMEOUT = 60_000

interface Failure {
  readonly code?: number
  readonly stdout: string
}

let folder: string
beforeAll(async () => {
  folder = await stage('as-it-is')
}, TIMEOUT)

test(
  'the story goes as the README tells it, and ends by itself with 0',
  async () => {
    const { stdout, stderr } = await run(process.execPath, [join(folder, 'demo.js')], { timeout: TIMEOUT })

    expect(stderr).toBe('')
    expect(stdout.split('\n').filter((line) => line.startsWith('✗'))).toEqual([])
    const readme = await readFile(join(__dirname, '../README.md'), 'utf8')
    expect(stdout).toBe(/```text\n([\s\S]*?)```/.exec(readme)?.[1])
  },
  TIMEOUT,
)

test(
  'a service that is careless is found out: the demo ends with 1, and says what should have happened',
  async () => {
    const careless = join(folder, '../careless')
    await rm(careless, { recursive: true, force: true })
    await cp(folder, careless, { recursive: true })
    await change(
      join(careless, 'trust.js'),
      "{ sub: 'orders', client_id: 'orders', scope: scopeOfOrders }",
      '{}',
    )
    await change(join(careless, 'session-ends.js'), 'if (success) revoke', 'if (false) revoke')
    await change(
      join(careless, 'billing-service.js'),
      "Authorize(hasPermission('payments:read'))",
      'Public()',
    )
    await change(join(careless, 'billing-service.js'), 'PortcullisModule,', 'PortcullisModule, Public,')

    const demo = run(process.execPath, [join(careless, 'demo.js')], { timeout: TIMEOUT })
    const { code, stdout }: Failure = await demo.catch((error: unknown) => error as Failure)

    expect(code).toBe(1)
    expect(stdout).toContain('✗ Orders signs a token that speaks for Max: ')
    expect(stdout).toMatch(/\nGET {2}\/billing\/payments +✓ 200 ! /)
    expect(stdout).toContain('✗ nobody: GET /billing/payments at billing: 200. Expected 401.\n')
    expect(stdout).toMatch(
      /✗ The token of the desk, at once: gateway 200,.* Expected gateway 401 token_revoked,/,
    )
    expect(stdout).toMatch(/\n\d+ of \d+ steps and \d+ requests of the table are not as they should be\.\n$/)
  },
  TIMEOUT,
)

async function change(file: string, from: string, to: string): Promise<void> {
  const text = (await readFile(file, 'utf8')).replaceAll('"', "'")
  if (!text.includes(from)) throw new Error(`there is no ${from} in ${file}`)
  await writeFile(file, text.replace(from, to))
}
