import { execFile } from 'node:child_process'
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'

const packages = resolve(__dirname, '..', '..', '..')
/** The folder whose node_modules has the Nest that this run is about. */
const installation = resolve(dirname(require.resolve('@nestjs/core')), '..', '..', '..')

/** What a program printed, run by Node itself beside that Nest: as ES module, and without emitted metadata. */
export async function outputOf(code: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
  mkdirSync(join(installation, '.tmp'), { recursive: true })
  const folder = mkdtempSync(join(installation, '.tmp', 'nest-'))
  const program = join(folder, 'program.mjs')
  try {
    await build({
      stdin: { contents: code, loader: 'ts', resolveDir: folder },
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      // Whatever has no alias is imported by Node itself.
      packages: 'external',
      alias: {
        '@portcullis/nest': join(packages, 'nest', 'src', 'index.ts'),
        '@portcullis/core': join(packages, 'core', 'src', 'index.ts'),
      },
      tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
      logLevel: 'silent',
    })
    return await promisify(execFile)(process.execPath, [program], { timeout: 60_000 })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
