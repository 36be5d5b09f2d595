import { buildSync } from 'esbuild'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(__dirname, '..')

test('the example of the README prints what the README says', () => {
  const text = readFileSync(join(folder, 'README.md'), 'utf8')
  const code = /```ts\n([\s\S]*?)```/.exec(text)![1]!
  const output = /```text\n([\s\S]*?)```/.exec(text)![1]!
  const { outputFiles } = buildSync({
    stdin: { contents: code, loader: 'ts', resolveDir: folder },
    alias: {
      '@portcullis/core': join(folder, '../core/src/index.ts'),
      '@portcullis/issuer': join(folder, '../issuer/src/index.ts'),
      '@portcullis/sync/embedded': join(folder, 'src/embedded/index.ts'),
      '@portcullis/sync': join(folder, 'src/index.ts'),
    },
    packages: 'external',
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  })
  const input = outputFiles[0]!.text
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module'], {
    cwd: folder,
    input,
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(stdout).toBe(output)
}, 120_000)
