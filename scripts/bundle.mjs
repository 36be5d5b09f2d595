import { cp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'

/**
 * Makes the modules that users import: one file for each path that a package exports, and one for whatever several of
 * them share. A module of its own for each source file would cost every service the time to find and read a hundred
 * of them at its start.
 *
 *     node scripts/bundle.mjs                           every package of the workspace, to its `dist`
 *     node scripts/bundle.mjs packages/core --into x    one of them, as if it were installed in a node_modules `x`
 *
 * Dependencies stay outside, and what is imported lazily stays lazy. Types are the compiler's (`tsc -b`).
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { into: { type: 'string' } } })

const readManifest = async (folder) => JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))

async function packageFolders() {
  const entries = await readdir('packages', { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join('packages', entry.name))
}

/** Those of an earlier build may have names that this one does not write over. */
async function removeModules(folder) {
  const paths = await readdir(folder, { recursive: true }).catch(() => [])
  const modules = paths.filter((path) => /\.js(\.map)?$/.test(path))
  await Promise.all(modules.map((path) => rm(join(folder, path))))
}

async function bundle(folder) {
  const manifest = await readManifest(folder).catch(() => undefined)
  if (manifest?.exports === undefined) return
  const modules = Object.values(manifest.exports).map((entry) => entry.default)
  const target = values.into === undefined ? folder : join(values.into, manifest.name)
  const out = join(target, 'dist')
  await removeModules(out)
  await build({
    entryPoints: modules.map((path) => join(folder, path.replace('./dist/', 'src/').replace(/\.js$/, '.ts'))),
    outbase: join(folder, 'src'),
    outdir: out,
    bundle: true,
    splitting: true,
    chunkNames: 'shared/[name]-[hash]',
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
  })
  if (target !== folder) await cp(join(folder, 'package.json'), join(target, 'package.json'))
}

const folders = positionals.length > 0 ? positionals : await packageFolders()
await Promise.all(folders.map(bundle))
