import { build } from 'esbuild'
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { packageSources } from './package-sources.ts'
import { run, type Finished } from './run.ts'

/**
 * Runs a program of a README as a reader who pasted it would.
 *
 * @param folder of the package, where the program finds what it depends on
 */
export async function runAsPasted(code: string, folder: string): Promise<Finished> {
  const program = join(folder, '.tmp', `${randomUUID()}.mjs`)
  await build({
    stdin: { contents: code, loader: 'ts', resolveDir: folder },
    outfile: program,
    plugins: [packageSources],
    packages: 'external',
    bundle: true,
    format: 'esm',
    platform: 'node',
  })
  try {
    return await run(process.execPath, [program], folder)
  } finally {
    await rm(program)
  }
}
