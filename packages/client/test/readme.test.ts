import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runAsPasted } from '../../../test/support/run-as-pasted.ts'

const folder = join(__dirname, '..')

test('the example of the README prints what the README says', async () => {
  const text = readFileSync(join(folder, 'README.md'), 'utf8')
  const code = /```ts\n([\s\S]*?)```/.exec(text)![1]!
  const output = /```text\n([\s\S]*?)```/.exec(text)![1]!
  const { stdout, stderr } = await runAsPasted(code, folder)
  expect(stderr).toBe('')
  expect(stdout).toBe(output)
}, 120_000)
