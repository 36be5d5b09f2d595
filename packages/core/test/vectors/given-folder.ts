import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.env.PORTCULLIS_VECTORS
const record = process.env.PORTCULLIS_LEFT_OUT
if (folder === undefined && record !== undefined) {
  appendFileSync(record, 'published vectors (name the folder that has them by PORTCULLIS_VECTORS)\n')
}

/** Vectors that others have published lie in a folder of their own, and not in this repository. */
export const withVectors = folder === undefined ? describe.skip : describe

/** The contents of a file of that folder; of another shape than expected where it is not given. */
export function vectors<T>(name: string, missing: T): T {
  return folder === undefined ? missing : (JSON.parse(readFileSync(join(folder, name), 'utf8')) as T)
}
