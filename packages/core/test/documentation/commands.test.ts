import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { blocks, documents, ROOT, scriptsFor, scriptsOf, type Document } from './documents.js'

const all = documents()
const SHELL = new Set(['sh', 'bash', 'shell', 'console'])

/** The names of the npm scripts that a document tells the reader to run, in blocks and within sentences. */
function scriptsNamedIn(document: Document): readonly string[] {
  const inBlocks = blocks(document)
    .filter(({ language }) => SHELL.has(language))
    .map(({ code }) => code)
  const inSentences = [...document.text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
  return [...inBlocks, ...inSentences].flatMap((code) =>
    [...code.matchAll(/\bnpm (?:run ([\w:-]+)|(test|start)\b)/g)].map(([, run, own]) => run ?? own ?? ''),
  )
}

test.each(all.map((document) => [document.path, document] as const))(
  'every npm script that %s names exists',
  (_path, document) => {
    const scripts = scriptsFor(document)
    expect(scriptsNamedIn(document).filter((name) => !scripts.has(name))).toEqual([])
  },
)

test('the root README names the commands that run the demo, the running system and the tests', () => {
  const root = all.find(({ path }) => path === 'README.md')!
  expect(scriptsNamedIn(root)).toEqual(expect.arrayContaining(['demo', 'start', 'test']))
  expect(Object.keys(scriptsOf(join(ROOT, 'package.json')))).toEqual(
    expect.arrayContaining(['demo', 'start', 'test']),
  )
})

test.each(all.map((document) => [document.path, document] as const))(
  'every file that %s links to exists',
  (path, { text }) => {
    const prose = text.replaceAll(/^( *)(`{3,})[\s\S]*?^\1\2 *$/gm, '').replaceAll(/`[^`\n]+`/g, '')
    const targets = [...prose.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(
      ([, target = '']) => target,
    )
    expect(targets.filter((target) => !existsSync(join(ROOT, dirname(path), target)))).toEqual([])
  },
)
