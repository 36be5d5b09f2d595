import { buildSync } from 'esbuild'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const PACKAGES = join(__dirname, '../../..')

/**
 * A subpath of the package as one CommonJS module with all that it depends on: the packages of IPFS can be imported,
 * and name no way for Jest to require them.
 */
export const requireBundled = (subpath: string): unknown =>
  requireModule(join(PACKAGES, 'files/src', subpath, 'index.ts'))

/** The same of a file beside this one, which may import what is an ES module only. */
export const requireSupport = (name: string): unknown => requireModule(join(__dirname, `${name}.ts`))

function requireModule(path: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), `portcullis-${basename(path, '.ts')}-`))
  try {
    const outfile = join(folder, 'module.cjs')
    buildSync({
      entryPoints: [path],
      alias: {
        ...Object.fromEntries(
          ['helia', 'ipfs', 'kubo'].map((name) => [
            `@portcullis/files/${name}`,
            join(PACKAGES, 'files/src', name, 'index.ts'),
          ]),
        ),
        '@portcullis/core': join(PACKAGES, 'core/src/index.ts'),
        '@portcullis/core/internal': join(PACKAGES, 'core/src/internal/index.ts'),
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
