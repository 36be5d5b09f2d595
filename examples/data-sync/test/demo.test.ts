import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expectStoryOfReadme, playStory } from '../../../test/support/play-story.js'
import { stageExample } from '../../../test/support/stage-example.js'

const TIMEOUT = 300_000

const stage = (name: string) => stageExample(join(__dirname, '..'), name, ['core', 'issuer', 'sync'])

test(
  'the story goes as the README tells it, and ends by itself with 0',
  async () => {
    const story = await playStory(await stage('as-it-is'), { timeout: TIMEOUT })
    await expectStoryOfReadme(story, join(__dirname, '..'))
  },
  TIMEOUT,
)

test(
  'a receiver that loses an order is found out: the story ends with 1',
  async () => {
    const folder = await stage('losing-an-order')
    const sync = join(folder, 'node_modules/@portcullis/sync')
    await writeFile(
      join(sync, 'dist/careless.js'),
      `import { createReceiver as careful } from './index.js'
export * from './index.js'
async function* withoutTheFirst(pages) {
  for await (const page of pages) yield page.filter(({ id }) => id !== 'order/1')
}
export const createReceiver = (options) =>
  careful({
    ...options,
    apply: (batch, transaction) => options.apply({ ...batch, pages: withoutTheFirst(batch.pages) }, transaction),
  })
`,
    )
    const manifest = JSON.parse(await readFile(join(sync, 'package.json'), 'utf8')) as {
      exports: Record<string, { default: string }>
    }
    manifest.exports['.'] = { default: './dist/careless.js' }
    await writeFile(join(sync, 'package.json'), JSON.stringify(manifest))

    const { code, stdout } = await playStory(folder, { args: ['--patience', '5'], timeout: TIMEOUT })

    expect(code).toBe(1)
    expect(stdout).toMatch(/^✗ Nobody disturbs: .*: the databases are not in step\.\n/)
    expect(stdout).toContain('Orders: 30 in the web shop, 29 in the warehouse.\n')
    expect(stdout).toContain('The databases do not hold what they should.\n')
  },
  TIMEOUT,
)
