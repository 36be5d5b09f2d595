import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { document, ROOT } from './documents.ts'

/** The rows of the last table: the attacks, and where they are tested. */
const rows = document('docs/security.md')
  .text.split('## Where each attack is tested')[1]!
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, attacks = '']) => /^\d/.test(attacks))
  .map(([, attacks = '', , where = '']) => ({ attacks, where }))

/** A file or a folder of tests: below `packages/`, but for those of the whole repository. */
const isThere = (name: string) =>
  [join('packages', name), join('packages', `${name}.test.ts`), `${name}.test.ts`].some((path) =>
    existsSync(join(ROOT, path)),
  )

test('the table of attacks names tests that exist', () => {
  const named = rows.flatMap(({ where }) =>
    [...where.matchAll(/`([\w-]+\/[\w/-]+)`/g)].map(([, name]) => name!),
  )
  expect(named.length).toBeGreaterThan(80)
  expect(named.filter((name) => !isThere(name))).toEqual([])
})

test('the table of attacks leaves none out', () => {
  const numbers = rows.flatMap(({ attacks }) =>
    attacks.split(', ').flatMap((part) => {
      const [from = 0, to = from] = part.split('-').map(Number)
      return Array.from({ length: to - from + 1 }, (_, index) => from + index)
    }),
  )
  const missing = Array.from({ length: 328 }, (_, index) => index + 1).filter(
    (each) => !numbers.includes(each),
  )
  expect(missing).toEqual([])
})
