import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
// Jest applies no module mapping to a global set-up: what it loads is imported by the file's real name.
import { packWorkspace } from './packed-workspace.ts'

/** A workspace that cannot be packed fails the tests that ask for it, and leaves the other tests to run. */
export default async function packOnce(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-packed-'))
  process.env.PORTCULLIS_PACKED = folder
  const packed = await packWorkspace(folder).catch((error: unknown) => ({ failure: String(error) }))
  writeFileSync(join(folder, 'packed.json'), JSON.stringify(packed))
}
