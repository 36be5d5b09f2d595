import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startRedis, withRedis } from '../../../packages/redis/test/support/redis-server.js'
import { expectStoryOfReadme, playStory } from '../../../test/support/play-story.js'
import { stage } from './stage.js'

const TIMEOUT = 60_000
const EXAMPLE = join(__dirname, '..')

/** Without a REDIS_URL that may be around, unless one is given. */
const run = (folder: string, redisUrl?: string) =>
  playStory(folder, { env: { ...process.env, REDIS_URL: redisUrl }, timeout: 2 * TIMEOUT })

let folder: string
beforeAll(async () => {
  folder = await stage('as-it-is')
}, TIMEOUT)

test(
  'the story goes as the README tells it, and ends by itself with 0',
  async () => {
    await expectStoryOfReadme(await run(folder), EXAMPLE)
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

    const { code, stdout } = await run(careless)

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
        const story = await run(folder, `redis://127.0.0.1:${redis.port}`)

        const added = 'Each has 2 processes behind a round-robin, which share their state by Redis.\n'
        expect(story.stdout).toContain(added)
        await expectStoryOfReadme({ ...story, stdout: story.stdout.replace(added, '') }, EXAMPLE)
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
