import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expectStoryOfReadme, playStory, wrongSteps } from '../../../test/support/play-story.js'
import { stageExample } from '../../../test/support/stage-example.js'

const TIMEOUT = 60_000
const PACKAGES = ['client', 'core', 'express', 'issuer', 'koa', 'nest']

let staged: string
beforeAll(async () => {
  staged = await stageExample(join(__dirname, '..'), 'as-it-is', PACKAGES)
}, TIMEOUT)

type Fault = readonly [file: string, right: RegExp, wrong: string]

const STORE_WITHOUT_REVOCATION = `{
  keys: new Map(),
  add(key) { return this.keys.set(key.id, key) !== undefined },
  find(id) { return this.keys.get(id) },
  revoke: () => true,
}`

const FAULTS: readonly Fault[] = [
  // orders forgets for whom it calls.
  ['orders.js', /\.onBehalfOf\(user\.token\)/g, ''],
  // inventory does not look at scopes.
  [
    'inventory.js',
    /hasScope\("[a-z:]+"\)/g,
    '{ check: () => ({ allowed: true }), describe: () => "anything" }',
  ],
  // The issuer revokes no API key.
  ['issuer.js', /(?<=createApiKeys\(\{)/g, `store: ${STORE_WITHOUT_REVOCATION},`],
]

/** The same programs with faults. */
async function stageFaults(): Promise<string> {
  const folder = join(staged, '..', 'with-faults')
  await cp(staged, folder, { recursive: true })
  for (const [file, right, wrong] of FAULTS) {
    const program = await readFile(join(staged, file), 'utf8')
    expect(program).toMatch(right)
    await writeFile(join(folder, file), program.replaceAll(right, wrong))
  }
  return folder
}

test(
  'the story goes as the README tells it, and ends by itself with 0',
  async () => {
    const story = await playStory(staged, { timeout: TIMEOUT })
    await expectStoryOfReadme(story, join(__dirname, '..'))
  },
  TIMEOUT,
)

test(
  'each broken part is found out: the story ends with 1, and says what should have happened',
  async () => {
    const story = await playStory(await stageFaults(), { timeout: TIMEOUT })

    expect(story.code).toBe(1)
    const wrong = wrongSteps(story).map((line) => line.replaceAll(/ {2,}/g, '  '))
    expect(wrong).toEqual(
      expect.arrayContaining([
        '✗ orders → inventory  POST /reservations/tea with stock:read  403 policy_refused  (expected: 403 scope_insufficient)',
        '✗ ada → orders  POST /orders/tea with all that she may  502 peer_refused  (expected: 201)',
        '✗ billing → inventory  GET /stock/tea with stock:read  did not happen  (expected: billing for orders for ada)',
        '✗ mallory → issuer  a token by the first API key  400 invalid_target  (expected: 401 invalid_client)',
        '✗ bob → orders  GET /availability/tea, 300 s later  200  (expected: 500 token_refused)',
      ]),
    )
    expect(story.stdout).toContain(`\n${wrong.length} of `)
    expect(story.stdout).toMatch(/ steps are not as they should be\.\n$/)
  },
  TIMEOUT,
)
