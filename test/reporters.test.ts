import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './support/run.ts'
import { root, tool } from './support/workspace.ts'

jest.setTimeout(120_000)

const optionalPart = JSON.stringify(join(root, 'test', 'support', 'optional-part.ts'))
const config = {
  transform: {
    '\\.ts$': [join(root, 'node_modules', '@swc', 'jest'), { jsc: { parser: { syntax: 'typescript' } } }],
  },
  reporters: [
    'default',
    join(root, 'scripts', 'left-out-reporter.js'),
    join(root, 'scripts', 'counts-reporter.js'),
  ],
}

let project: string
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'portcullis-reporters-'))
  writeFileSync(join(project, 'jest.config.json'), JSON.stringify(config))
})
afterEach(() => {
  rmSync(project, { recursive: true, force: true })
})

/** Runs Jest with the reporters on test files of these texts. */
async function runTests(...files: readonly string[]) {
  files.forEach((text, index) => {
    writeFileSync(join(project, `${index}.test.js`), text)
  })
  const countsFile = join(project, 'counts')
  const finished = await run(tool('jest'), ['--ci'], project, { PORTCULLIS_TEST_COUNTS: countsFile })
  return { ...finished, counts: readFileSync(countsFile, 'utf8') }
}

const needing = (program: string) => `
  const { optionalPart } = require(${optionalPart})
  const withIt = optionalPart('${program}', 'apt-get install ${program}') ? test : test.skip
  withIt('with it', () => {})
  test('without it', () => {})
`

test('a program that is missing is named once, after the test files, with its mend, and its tests are skipped', async () => {
  const { code, stderr, counts } = await runTests(needing('no-such-program'), needing('no-such-program'))
  expect(code).toBe(0)
  expect(counts).toBe('2 passed, 0 failed, 2 skipped\n')
  expect(stderr.match(/^Left out.*$/gm)).toEqual([
    'Left out: tests that need no-such-program (apt-get install no-such-program)',
  ])
  expect(stderr.indexOf('Left out')).toBeGreaterThan(stderr.lastIndexOf('PASS'))
})

test('a program that is installed is not named, and its tests run', async () => {
  const { stderr, counts } = await runTests(needing('sh'))
  expect(counts).toBe('2 passed, 0 failed, 0 skipped\n')
  expect(stderr).not.toContain('Left out')
})

test('a folder or a file without the right to run is not taken for the program', async () => {
  mkdirSync(join(project, 'a-folder'))
  writeFileSync(join(project, 'a-text'), '')
  const { stderr } = await runTests(
    ...['a-folder', 'a-text'].map(
      (name) => `process.env.PATH = ${JSON.stringify(project)}\n${needing(name)}`,
    ),
  )
  expect(stderr).toContain('tests that need a-folder')
  expect(stderr).toContain('tests that need a-text')
})

test('a failed test and a file that cannot run both count as failures', async () => {
  const { code, counts } = await runTests(
    `test('fails', () => { throw new Error('no') })`,
    `test('passes', () => {})\nnot(JavaScript`,
  )
  expect(code).toBe(1)
  expect(counts).toBe('0 passed, 2 failed, 0 skipped\n')
})
