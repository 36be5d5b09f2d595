import { execFile } from 'node:child_process'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { stageExample } from '../../../test/support/stage-example.js'

const run = promisify(execFile)
const TIMEOUT = 60_000
const PACKAGES = ['client', 'core', 'express', 'issuer', 'koa', 'nest']

interface Outcome {
  readonly code?: number
  readonly stdout: string
  readonly stderr: string
}

const play = (folder: string): Promise<Outcome> =>
  run(process.execPath, [join(folder, 'demo.js')], { timeout: TIMEOUT }).catch(
    (error: unknown) => error as Outcome,
  )

let staged: string
beforeAll(async () => {
  staged = await stageExample(join(__dirname, '..'), 'as-it-is', PACKAGES)
}, TIMEOUT)

type Fault = readonly [file: string, right: RegExp, wrong: string]

/** The same programs with faults. */
async function stageWith(name: string, faults: readonly Fault[]): Promise<string> {
  const folder = join(staged, '..', name)
  await cp(staged, folder, { recursive: true })
  for (const [file, right, wrong] of faults) {
    const program = await readFile(join(staged, file), 'utf8')
    expect(program).toMatch(right)
    await writeFile(join(folder, file), program.replaceAll(right, wrong))
  }
  return folder
}

const wrongLines = ({ stdout }: Outcome) => stdout.split('\n').filter((line) => line.startsWith('✗'))

test(
  'the story goes as the README tells it, and ends by itself with 0',
  async () => {
    const outcome = await play(staged)

    expect(outcome.stderr).toBe('')
    expect(wrongLines(outcome)).toEqual([])
    expect(outcome.code).toBeUndefined()
    const readme = await readFile(join(__dirname, '../README.md'), 'utf8')
    expect(outcome.stdout).toBe(/```text\n([\s\S]*?)```/.exec(readme)?.[1])
  },
  TIMEOUT,
)

test(
  'a service that forgets for whom it calls is found out: the story ends with 1, and says what should have happened',
  async () => {
    const outcome = await play(
      await stageWith('without-users', [['orders.js', /\.onBehalfOf\(user\.token\)/g, '']]),
    )

    expect(outcome.code).toBe(1)
    const wrong = wrongLines(outcome)
    expect(wrong).toContainEqual(
      expect.stringMatching(
        /^✗ ada → orders +POST \/orders\/tea with all that she may +502 peer_refused {2}\(expected: 201\)$/,
      ),
    )
    expect(wrong).toContainEqual(
      expect.stringMatching(
        /^✗ billing → inventory .* {2}did not happen {2}\(expected: billing for orders for ada\)$/,
      ),
    )
    expect(outcome.stdout).toMatch(
      new RegExp(`\\n${wrong.length} of \\d+ steps are not as they should be\\.\\n$`),
    )
  },
  TIMEOUT,
)

test(
  'a service that does not look at scopes, and an issuer that revokes no API key, are found out',
  async () => {
    const storeWithoutRevocation =
      '{ keys: new Map(), add(key) { return this.keys.set(key.id, key) !== undefined }, find(id) { return this.keys.get(id) }, revoke: () => true }'
    const anything = '{ check: () => ({ allowed: true }), describe: () => "anything" }'
    const outcome = await play(
      await stageWith('without-scopes', [
        ['inventory.js', /hasScope\("[a-z:]+"\)/g, anything],
        ['issuer.js', /(?<=createApiKeys\(\{)/g, `store: ${storeWithoutRevocation},`],
      ]),
    )

    expect(outcome.code).toBe(1)
    expect(wrongLines(outcome).map((line) => line.replaceAll(/ {2,}/g, '  '))).toEqual([
      '✗ orders → inventory  POST /reservations/tea with stock:read  403 policy_refused  (expected: 403 scope_insufficient)',
      '✗ mallory → issuer  a token by the first API key  400 invalid_target  (expected: 401 invalid_client)',
      '✗ ada → orders  POST /orders/tea: there is no new one  201  (expected: 500 token_refused)',
      '✗ bob → orders  GET /availability/tea, 300 s later  200  (expected: 500 token_refused)',
      '✗ orders → inventory  GET /stock/tea with stock:read  for itself  (expected: nothing)',
    ])
  },
  TIMEOUT,
)
