import { complaints } from './compile.js'
import { blocks, documents, type Block } from './documents.js'

const TYPESCRIPT = new Set(['ts', 'typescript', 'mts', 'cts', 'tsx'])

const pages = documents()
const snippets = pages.flatMap(blocks).filter(({ language }) => TYPESCRIPT.has(language))
const madeUp = [
  "import { createVerifier } from '@portcullis/core'\n\ncreateVerifier({ issuer: 'https://id.example.com' })\n",
  "import { nothingOfThatName } from '@portcullis/core'\n",
  'const count: number = 1\n\ncount.length\n',
].map((code, at): Block => ({
  document: { path: 'made-up.md', text: '' },
  language: 'ts',
  line: 100 * at,
  code,
}))

// One compilation for all: the compiler's own libraries are most of the work.
let found: readonly string[]
beforeAll(() => {
  found = complaints([...snippets, ...madeUp])
}, 120_000)

test('every TypeScript snippet of every README and of docs compiles against the sources', () => {
  expect(found.filter((complaint) => !complaint.startsWith('made-up.md'))).toEqual([])
})

test('snippets that do not compile are named with their lines', () => {
  expect(found.filter((complaint) => complaint.startsWith('made-up.md'))).toEqual([
    expect.stringMatching(/^made-up\.md:2: .*audience/),
    expect.stringMatching(/^made-up\.md:100: .*nothingOfThatName/),
    expect.stringMatching(/^made-up\.md:202: .*length/),
  ])
})

test('the pages of the repository, its packages and its examples are among them', () => {
  expect(pages.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['README.md', 'packages/core/README.md', 'examples/quickstart/README.md']),
  )
  expect(new Set(snippets.map(({ document }) => document.path)).size).toBeGreaterThan(1)
})
