import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { optionalSetting } from '../../../test/support/optional-part.ts'

const run = promisify(execFile)
const folder = join(__dirname, '..')

/** The programs that docs/sync.md names for larger numbers. @throws where one ends with anything but 0 */
async function program(...parameters: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, ['scripts/run.mjs', ...parameters], { cwd: folder })
  return stdout
}

const url = optionalSetting('DATABASE_URL', 'the URL of a PostgreSQL where databases may be made')
const databases = ['embedded', ...(url === undefined ? [] : [url])]

test.each(databases)(
  'attack 289: processes that are killed at random steps, with somebody hostile between them, lose and double nothing (%#)',
  async (database) => {
    const seed = String(Date.now() % 1_000_000)
    const told = await program('storm', '--runs', '10', '--seed', seed, '--database', database)
    expect(told).toMatch(/^10 runs, \d+ records, each applied once/m)
    expect(told).toMatch(/killed: the sender \d+ times, the receiver \d+ times/)
  },
  300_000,
)

test.each([
  ['identity', 128, 180],
  ['gzip', 48, 180],
] as const)(
  'a large batch, with the coding %s, needs little memory in either process',
  async (encoding, mebibytes, limit) => {
    const sizes = ['--mebibytes', String(mebibytes), '--limit', String(limit)]
    const told = await program('large', '--encoding', encoding, ...sizes)
    expect(told).toContain(` ${mebibytes * 16} applied`)
  },
  300_000,
)
