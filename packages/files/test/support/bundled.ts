import { buildSync } from 'esbuild'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A subpath of the package as one CommonJS module with all that it depends on: the packages of IPFS can be imported,
 * and name no way for Jest to require them.
 */
export function requireBundled(subpath: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), `portcullis-${subpath}-`))
  try {
    const outfile = join(folder, 'module.cjs')
    const packages = join(__dirname, '../../..')
    buildSync({
      entryPoints: [join(packages, 'files/src', subpath, 'index.ts')],
      alias: {
        '@portcullis/core': join(packages, 'core/src/index.ts'),
        '@portcullis/core/options': join(packages, 'core/src/options/index.ts'),
      },
      bundle: true,
      format: 'cjs',
      platform: 'node',
      outfile,
      logLevel: 'error',
    })
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- made just now
    return require(outfile)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
