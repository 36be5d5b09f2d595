import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { stageExample } from '../../../test/support/stage-example.js'

const run = promisify(execFile)
const TIMEOUT = 60_000

const stage = (name: string) => stageExample(join(__dirname, '..'), name, ['core', 'express'])

interface Failure {
  readonly code?: number
  readonly stdout: string
}

test(
  'the story goes as the README tells it, and ends by itself with 0',
  async () => {
    const folder = await stage('as-it-is')
    const { stdout, stderr } = await run(process.execPath, [join(folder, 'demo.js')], { timeout: TIMEOUT })

    expect(stderr).toBe('')
    expect(stdout.split('\n').filter((line) => line.startsWith('✗'))).toEqual([])
    const readme = await readFile(join(__dirname, '../README.md'), 'utf8')
    expect(stdout).toBe(/```text\n([\s\S]*?)```/.exec(readme)?.[1])
  },
  TIMEOUT,
)

test(
  'a server that leaves connections open is found out: the story ends with 1, and says what should have happened',
  async () => {
    const folder = await stage('without-watching')
    const express = join(folder, 'node_modules/@portcullis/express')
    await writeFile(
      join(express, 'careless.js'),
      "export * from './dist/index.js'\nexport const whenTokenEnds = () => () => undefined\n",
    )
    await writeFile(
      join(express, 'package.json'),
      JSON.stringify({ type: 'module', exports: './careless.js' }),
    )

    const demo = run(process.execPath, [join(folder, 'demo.js')], { timeout: TIMEOUT })
    const { code, stdout }: Failure = await demo.catch((error: unknown) => error as Failure)

    expect(code).toBe(1)
    expect(stdout).toContain('✗ Bob is signed out, and his stream ends: ')
    expect(stdout).toContain(' Expected "revoked".\n')
    expect(stdout).toMatch(/\n\d of 15 steps are not as they should be\.\n$/)
  },
  TIMEOUT,
)
