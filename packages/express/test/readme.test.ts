import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runAsPasted } from '../../../test/support/run-as-pasted.ts'

const folder = join(__dirname, '..')
const readme = readFileSync(join(folder, 'README.md'), 'utf8')
const block = (language: string) => new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'm').exec(readme)![1]!

test('the example of the README prints what the README says', async () => {
  const { stdout, stderr } = await runAsPasted(block('ts'), folder)
  expect(stderr).toBe('')
  expect(stdout).toBe(block('text'))
}, 120_000)

test('the README names every value that the package exports', async () => {
  const exported = Object.keys(await import('@portcullis/express'))
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
