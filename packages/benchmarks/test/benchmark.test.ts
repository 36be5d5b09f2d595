import { cp, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { bundlePackages } from '../../../test/support/bundle-packages.js'
import { run } from '../../../test/support/run.js'

const folder = join(__dirname, '..')
const stage = join(folder, '.tmp', 'test')
/** Fifty servers are started, and every library is loaded. */
const TIMEOUT = 180_000
const OURS = ['client', 'core', 'express', 'files', 'koa', 'nest', 'issuer', 'redis', 'sync', 'testing']

/** A table has a heading, a rule under it, and at least one row with a figure. */
const TABLE = /^[^\n]+\n-+( {2}-+)+\n[^\n]*\d/m

interface Report {
  readonly pace: string
  readonly parts: Readonly<Record<string, unknown>>
}

const bench = (...parameters: readonly string[]) =>
  run(process.execPath, ['src/main.mjs', ...parameters], stage)

/** The benchmark runs on what is published, and so on a build; this one is of the sources as they stand. */
beforeAll(async () => {
  await rm(join(stage, 'src'), { recursive: true, force: true })
  await mkdir(stage, { recursive: true })
  await cp(join(folder, 'src'), join(stage, 'src'), { recursive: true })
  const paths = OURS.map((name) => join('packages', name))
  await bundlePackages([...paths, '--into', join(stage, 'node_modules')])
})

test(
  'every part finds its contenders honest, prints tables, and keeps all figures',
  async () => {
    const file = join(stage, 'figures.json')
    const { code, stdout, stderr } = await bench('--tiny', '--json', file)

    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringMatching(/error/i) })
    const report = JSON.parse(await readFile(file, 'utf8')) as Report
    const sections = stdout.split(/^## /m).slice(1)
    expect(sections.map((section) => section.split(':')[0])).toEqual(Object.keys(report.parts))
    for (const section of sections) expect(section).toMatch(TABLE)
    expect(stdout).not.toMatch(/NaN|undefined|Infinity/)
    expect(report.pace).toBe('tiny')
  },
  TIMEOUT,
)

test('a part that there is not is named, with those that there are', async () => {
  const { code, stdout, stderr } = await bench('speed')

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('There is no part called speed.')
  expect(stderr).toMatch(/\n {2}http +requests/)
})
