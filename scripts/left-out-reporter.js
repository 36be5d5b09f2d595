import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A Jest reporter: names the tests that this machine lacks a program for, before the summary. See test/support/optional-part.ts. */
export default class LeftOutReporter {
  #folder = mkdtempSync(join(tmpdir(), 'portcullis-left-out-'))
  #record = join(this.#folder, 'left-out')

  // Reporters are made before the workers are, which inherit the environment.
  constructor() {
    writeFileSync(this.#record, '')
    process.env.PORTCULLIS_LEFT_OUT = this.#record
  }

  onRunComplete() {
    const lines = new Set(readFileSync(this.#record, 'utf8').split('\n').filter(Boolean))
    rmSync(this.#folder, { recursive: true, force: true })
    for (const line of [...lines].sort()) console.error(`Left out: ${line}`)
  }
}
