import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runToSuccess } from '../../../test/support/run.ts'
import { root, tool } from '../../../test/support/workspace.ts'

test('the snippets of docs/files.md compile', async () => {
  const page = readFileSync(join(root, 'docs/files.md'), 'utf8')
  const snippets = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!)
  expect(snippets.length).toBeGreaterThanOrEqual(5)
  const scratch = join(__dirname, '../.tmp')
  mkdirSync(scratch, { recursive: true })
  const folder = mkdtempSync(join(scratch, 'docs-'))
  try {
    const files = snippets.map((code, index) => {
      writeFileSync(join(folder, `${index}.ts`), `${code}\nexport {}\n`)
      return `${index}.ts`
    })
    const config = {
      extends: join(root, 'tsconfig.test.json'),
      compilerOptions: { noUnusedLocals: false },
      files,
      include: [],
      exclude: [],
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    await runToSuccess(tool('tsc'), ['-p', folder], root)
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 120_000)
