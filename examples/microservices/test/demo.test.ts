import { execFile } from 'node:child_process'
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startRedis, withRedis } from '../../../packages/redis/test/support/redis-server.js'
import { stage } from './stage.js'

const execute = promisify(execFile)
const TIMEOUT = 60_000

interface Failure {
  readonly code?: number
  readonly stdout: string
}

/** Without a REDIS_URL that may be around, unless one is given. */
const run = (folder: string, redisUrl?: string) =>
  execute(process.execPath, [join(folder, 'demo.js')], {
    env: { ...process.env, REDIS_URL: redisUrl },
    timeout: 2 * TIMEOUT,
  })

let folder: string
beforeAll(async () => {
  folder = await stage('as-it-is')
}, TIMEOUT)

test(
  'the story goes as the README tells it, and ends by itself with 0',
  async () => {
    const { stdout, stderr } = await run(folder)

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
    await change(join(careless, 'session-ends.js'), 'if (success) await', 'if (false) await')
    await change(
      join(careless, 'billing-service.js'),
      "Authorize(hasPermission('payments:read'))",
      'Public()',
    )
    await change(join(careless, 'billing-service.js'), 'PortcullisModule,', 'PortcullisModule, Public,')

    const demo = run(careless)
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

withRedis('with several processes for each service', () => {
  test(
    'the same story goes the same way, and nothing of it stays on Redis',
    async () => {
      const redis = await startRedis()
      try {
        const { stdout, stderr } = await run(folder, `redis://127.0.0.1:${redis.port}`)

        expect(stderr).toBe('')
        const readme = await readFile(join(__dirname, '../README.md'), 'utf8')
        const added = 'Each has 2 processes behind a round-robin, which share their state by Redis.\n'
        expect(stdout).toContain(added)
        expect(stdout.replace(added, '')).toBe(/```text\n([\s\S]*?)```/.exec(readme)?.[1])
        expect(await redis.client().dbsize()).toBe(0)
      } finally {
        await redis.stop()
      }
    },
    2 * TIMEOUT,
  )
})

async function change(file: string, from: string, to: string): Promise<void> {
  const text = (await readFile(file, 'utf8')).replaceAll('"', "'")
  if (!text.includes(from)) throw new Error(`there is no ${from} in ${file}`)
  await writeFile(file, text.replace(from, to))
}
