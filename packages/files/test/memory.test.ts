import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { buildProgram } from '../../../test/support/build-program.ts'

/** A gibibyte: `PORTCULLIS_MEBIBYTES=1024 npx jest packages/files/test/memory`. */
const MEBIBYTES = Number(process.env.PORTCULLIS_MEBIBYTES ?? 256)

test(`${MEBIBYTES} MiB go in and out with less than 200 MiB of memory`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-memory-'))
  try {
    const program = await buildProgram(join(__dirname, 'support/large-file.ts'), join(folder, 'program'))
    const { stdout } = await promisify(execFile)(process.execPath, [
      program,
      join(folder, 'blobs'),
      String(MEBIBYTES),
    ])
    const { same, mebibytes } = JSON.parse(stdout) as { same: boolean; mebibytes: number }
    expect(same).toBe(true)
    expect(mebibytes).toBeLessThan(200)
    if (process.env.PORTCULLIS_MEBIBYTES !== undefined) console.log(`${mebibytes.toFixed(0)} MiB at the most`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 600_000)
