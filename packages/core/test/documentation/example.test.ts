import { join } from 'node:path'
import { runAsPasted } from '../../../../test/support/run-as-pasted.ts'
import { blocks, document, ROOT } from './documents.js'

const folder = join(ROOT, 'packages/core')

test('the first example of the core README prints what the README says', async () => {
  const [example, output] = blocks(document('packages/core/README.md')).filter(({ language }) =>
    ['ts', 'text'].includes(language),
  )

  const { stdout, stderr, code } = await runAsPasted(example!.code, folder)

  expect(stderr).toBe('')
  expect(stdout).toBe(output!.code)
  expect(code).toBe(0)
}, 120_000)
