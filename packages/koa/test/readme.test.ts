import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'

const folder = join(__dirname, '..')
const readme = readFileSync(join(folder, 'README.md'), 'utf8')
const block = (language: string) => new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'm').exec(readme)![1]!

/** Runs a program as a reader who pasted it would, with our sources in the place of the published packages. */
function run(code: string) {
  const { outputFiles } = buildSync({
    stdin: { contents: code, loader: 'ts', resolveDir: folder },
    alias: {
      '@portcullis/koa': join(folder, 'src/index.ts'),
      '@portcullis/core': join(folder, '../core/src/index.ts'),
    },
    packages: 'external',
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  })
  const input = outputFiles[0]!.text
  return spawnSync(process.execPath, ['--input-type=module'], { cwd: folder, input, encoding: 'utf8' })
}

test('the example of the README prints what the README says', () => {
  const { stdout, stderr } = run(block('ts'))
  expect(stderr).toBe('')
  expect(stdout).toBe(block('text'))
}, 120_000)

test('the README names every value that the package exports', async () => {
  const exported = Object.keys(await import('@portcullis/koa'))
  const missing = exported.filter((name) => !new RegExp(`\`${name}[(\`]`).test(readme))
  expect(missing).toEqual([])
})

test('the package stays under 100 lines of source', () => {
  const sources = readdirSync(join(folder, 'src')).map((name) =>
    readFileSync(join(folder, 'src', name), 'utf8'),
  )
  const lines = sources.join('').match(/\n/g)!.length
  expect(lines).toBeLessThan(100)
})
