import { buildSync } from 'esbuild'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { blocks, document, ROOT } from './documents.js'

const folder = join(ROOT, 'packages/core')

/** Runs a program as a reader who pasted it would, with this package's sources in the place of its build. */
function run(code: string) {
  const { outputFiles } = buildSync({
    stdin: { contents: code, loader: 'ts', resolveDir: folder },
    alias: { '@portcullis/core': join(folder, 'src/index.ts') },
    packages: 'external',
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  })
  const input = outputFiles[0]!.text
  return spawnSync(process.execPath, ['--input-type=module'], { cwd: folder, input, encoding: 'utf8' })
}

test('the first example of the core README prints what the README says', () => {
  const [example, output] = blocks(document('packages/core/README.md')).filter(({ language }) =>
    ['ts', 'text'].includes(language),
  )

  const { stdout, stderr, status } = run(example!.code)

  expect(stderr).toBe('')
  expect(stdout).toBe(output!.code)
  expect(status).toBe(0)
}, 120_000)
