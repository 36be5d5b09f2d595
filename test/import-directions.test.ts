import { join } from 'node:path'
import { runToSuccess } from './support/run.ts'
import { publishedFolders, root } from './support/workspace.ts'

jest.setTimeout(120_000)

interface Snippet {
  readonly file: string
  readonly code: string
}

const source = (folder: string, code: string) => ({ file: `packages/${folder}/src/room/step.ts`, code })

const FORBIDDEN = /^packages\/\w+ may import /
const UNDECLARED = /^packages\/\w+\/package\.json does not declare /
const BY_PATH = /^Import another package by its name/

const REFUSED: readonly (readonly [what: string, message: RegExp, snippet: Snippet])[] = [
  ['the core importing an adapter', FORBIDDEN, source('core', `import '@portcullis/express'`)],
  ['the core importing a framework', UNDECLARED, source('core', `import express from 'express'`)],
  ['an adapter importing another adapter', FORBIDDEN, source('koa', `import '@portcullis/nest'`)],
  ['an adapter importing another framework', UNDECLARED, source('koa', `import 'express'`)],
  ['a type import', FORBIDDEN, source('core', `import type { Koa } from '@portcullis/koa'`)],
  ['a type import in place', FORBIDDEN, source('core', `export type Koa = import('@portcullis/koa').Koa`)],
  ['an export of all of a package', FORBIDDEN, source('koa', `export * from '@portcullis/express'`)],
  ['an export of a name', FORBIDDEN, source('koa', `export { authorize } from '@portcullis/express'`)],
  ['a dynamic import', FORBIDDEN, source('express', `await import('@portcullis/testing')`)],
  ['a part of a package', FORBIDDEN, source('express', `import '@portcullis/testing/conformance'`)],
  ['an import by require', FORBIDDEN, source('core', `import koa = require('@portcullis/koa')`)],
  ['a package by its path', BY_PATH, source('koa', `import '../../../core/src/index.js'`)],
  ['an undeclared dependency', UNDECLARED, source('core', `import 'left-pad/index.js'`)],
]

const ACCEPTED: readonly (readonly [what: string, snippet: Snippet])[] = [
  ['an adapter importing the core', source('express', `import '@portcullis/core'`)],
  ['an adapter importing its framework', source('nest', `import '@nestjs/common'`)],
  ['the core importing what it declares', source('core', `import 'jose'`)],
  ['Node itself', source('core', `import 'node:crypto'\nimport 'crypto'`)],
  ['another room of the same package', source('core', `import '../keys/key-set.js'\nimport './other.js'`)],
  [
    'a test importing the test kit',
    { file: 'packages/core/test/x.test.ts', code: `import '@portcullis/testing'` },
  ],
]

const NOT_IN_SOURCES = publishedFolders
  .filter((folder) => folder !== 'testing')
  .map((folder) => source(folder, `import '@portcullis/testing'`))

describe('the lint configuration', () => {
  const refused = REFUSED.map(([, , snippet]) => snippet)
  const accepted = ACCEPTED.map(([, snippet]) => snippet)
  const snippets = [...refused, ...accepted, ...NOT_IN_SOURCES]
  let results: readonly string[][]
  beforeAll(async () => {
    const script = join(root, 'test', 'support', 'lint-imports.mjs')
    const output = await runToSuccess(process.execPath, [script, JSON.stringify(snippets)], root)
    results = JSON.parse(output) as string[][]
  })
  const messages = (snippet: Snippet) => results[snippets.indexOf(snippet)]

  test.each(REFUSED)('refuses %s', (_, message, snippet) => {
    expect(messages(snippet)).toEqual([expect.stringMatching(message)])
  })

  test.each(ACCEPTED)('accepts %s', (_, snippet) => {
    expect(messages(snippet)).toEqual([])
  })

  test.each(NOT_IN_SOURCES)('refuses the test kit in $file', (snippet) => {
    expect(messages(snippet)).toEqual([expect.stringMatching(FORBIDDEN)])
  })
})
