import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConsumer } from './support/consumer.ts'
import { packedWorkspace } from './support/packed-workspace.ts'
import { run } from './support/run.ts'
import { root, tool } from './support/workspace.ts'

jest.setTimeout(120_000)

/** The configuration that the documentation shows, taken from it, so that it cannot promise what does not work. */
function documentedConfig(): string {
  const page = readFileSync(join(root, 'docs', 'commonjs-and-jest.md'), 'utf8')
  const [, config] = /```js\n(\/\/ jest\.config\.cjs\n[^`]+)```/.exec(page) ?? []
  if (config === undefined) throw new Error('docs/commonjs-and-jest.md shows no jest.config.cjs')
  return config
}

const usersTests = (specifiers: readonly string[]) => `
test.each(${JSON.stringify(specifiers)})('requires %s', (specifier) => {
  expect(Object.keys(require(specifier))).not.toEqual([])
})
test('verifies a token', async () => {
  expect(await require('./verify-a-token.cjs')(require('@portcullis/core'))).toBe('alice')
})
`

test("a project's tests in Jest's CommonJS mode require every package under the documented configuration", async () => {
  const { packages } = packedWorkspace()
  const consumer = await createConsumer('jest', packages, ['@swc/jest'])
  copyFileSync(join(__dirname, 'consumers', 'verify-a-token.cjs'), join(consumer, 'verify-a-token.cjs'))
  writeFileSync(join(consumer, 'package.json'), '{}')
  writeFileSync(join(consumer, 'jest.config.cjs'), documentedConfig())
  writeFileSync(join(consumer, 'first.test.js'), usersTests(packages.map(({ manifest }) => manifest.name)))
  const { code, stdout, stderr } = await run(tool('jest'), ['--ci', '--no-cache'], consumer)
  expect({ code, output: stdout + stderr }).toEqual({
    code: 0,
    output: expect.stringContaining(`${packages.length + 1} passed`),
  })
})

test('the documented pattern lets the packages through in the folders of npm and of pnpm, and nothing else', () => {
  const [, pattern = ''] = /transformIgnorePatterns: \[\s*'([^']+)',?\s*\]/.exec(documentedConfig()) ?? []
  const ignored = new RegExp(pattern.replaceAll('\\\\', '\\'))
  expect('/app/node_modules/@portcullis/core/dist/index.js').not.toMatch(ignored)
  expect('/app/node_modules/jose/dist/webapi/index.js').not.toMatch(ignored)
  expect('/app/node_modules/oauth4webapi/build/index.js').not.toMatch(ignored)
  expect('/app/node_modules/.pnpm/jose@6.2.3/node_modules/jose/dist/index.js').not.toMatch(ignored)
  expect('/app/node_modules/jose-extra/index.js').toMatch(ignored)
  expect('/app/node_modules/.pnpm/koa@3.0.0/node_modules/koa/lib/index.js').toMatch(ignored)
})
