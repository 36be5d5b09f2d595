import { join } from 'node:path'
import { runToSuccess } from './support/run.ts'
import { publishedFolders, root } from './support/workspace.ts'

jest.setTimeout(60_000)

interface Snippet {
  readonly file: string
  readonly code: string
}

const source = (folder: string, code: string) => ({ file: `packages/${folder}/src/room/step.ts`, code })

const REFUSED: readonly (readonly [what: string, snippet: Snippet])[] = [
  ['the core importing an adapter', source('core', `import '@portcullis/express'`)],
  ['the core importing a framework', source('core', `import express from 'express'`)],
  ['an adapter importing another adapter', source('koa', `import { authenticate } from '@portcullis/nest'`)],
  ['an adapter importing another framework', source('koa', `import 'express'`)],
  ['a type import', source('core', `import type { Middleware } from '@portcullis/koa'`)],
  ['a type import in place', source('core', `export type M = import('@portcullis/koa').Middleware`)],
  ['an export from another package', source('koa', `export * from '@portcullis/express'`)],
  [
    'a named export from another package',
    source('koa', `export { authenticate } from '@portcullis/express'`),
  ],
  ['a dynamic import', source('express', `await import('@portcullis/testing')`)],
  ['a part of a package', source('express', `import '@portcullis/testing/conformance'`)],
  ['an import by require', source('core', `import koa = require('@portcullis/koa')`)],
  ['another package by its path', source('koa', `import '../../../core/src/index.js'`)],
  ['an undeclared dependency', source('core', `import 'left-pad/index.js'`)],
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
  const snippets = [...[...REFUSED, ...ACCEPTED].map(([, snippet]) => snippet), ...NOT_IN_SOURCES]
  let results: readonly string[][]
  beforeAll(async () => {
    const script = join(root, 'test', 'support', 'lint-imports.mjs')
    const output = await runToSuccess(process.execPath, [script, JSON.stringify(snippets)], root)
    results = JSON.parse(output) as string[][]
  })
  const messages = (snippet: Snippet) => results[snippets.indexOf(snippet)]

  test.each(REFUSED)('refuses %s', (_, snippet) => {
    expect(messages(snippet)).toEqual([
      expect.stringMatching(/^packages\/|^Import another package by its name/),
    ])
  })

  test.each(ACCEPTED)('accepts %s', (_, snippet) => {
    expect(messages(snippet)).toEqual([])
  })

  test.each(NOT_IN_SOURCES)('refuses the test kit in $file', (snippet) => {
    expect(messages(snippet)).toEqual([expect.stringContaining('may import')])
  })
})
