import { accessSync, appendFileSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const isProgram = (path: string) => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/**
 * Whether a program that some tests need is installed. Where it is not, a line before the summary of the run says which
 * tests were left out and how to have them run; see scripts/left-out-reporter.js.
 *
 * ```ts
 * const withRedis = optionalPart('redis-server', 'apt-get install redis-server') ? describe : describe.skip
 * withRedis('the shared replay store', () => { ... })
 * ```
 *
 * @param program a name to be found on the PATH
 * @param mend the command that installs it
 */
export function optionalPart(program: string, mend: string): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter)
  if (folders.some((folder) => folder !== '' && isProgram(join(folder, program)))) return true
  leaveOut(`tests that need ${program} (${mend})`)
  return false
}

/** The same for tests that need a setting of the environment, such as the URL of a database. */
export function optionalSetting(name: string, mend: string): string | undefined {
  const value = process.env[name]
  if (value !== undefined && value !== '') return value
  leaveOut(`tests that need ${name} (${mend})`)
  return undefined
}

function leaveOut(line: string): void {
  const record = process.env.PORTCULLIS_LEFT_OUT
  if (record !== undefined) appendFileSync(record, `${line}\n`)
}
