import { buildSync } from 'esbuild'
import { mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'

const OURS = ['core', 'core/options', 'issuer', 'files', 'files/helia', 'files/ipfs', 'files/lmdb']

/** Makes a program of a TypeScript file beside this one, with the sources of our packages in it. */
export function buildProgram(name: string, folder: string): string {
  const packages = join(__dirname, '../../..')
  const sourceOf = (name: string) => {
    const [folderName = '', ...subpath] = name.split('/')
    return join(packages, folderName, 'src', ...subpath, 'index.ts')
  }
  mkdirSync(folder)
  symlinkSync(dirname(dirname(require.resolve('jose/package.json'))), join(folder, 'node_modules'))
  const outfile = join(folder, `${name}.mjs`)
  buildSync({
    entryPoints: [join(__dirname, `${name}.ts`)],
    alias: Object.fromEntries(OURS.map((name) => [`@portcullis/${name}`, sourceOf(name)])),
    // A native module; all else in one file, since every start would look for each.
    external: ['lmdb'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outfile,
    logLevel: 'error',
  })
  return outfile
}
