import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { bundlePackages } from './bundle-packages.ts'
import { linkModules } from './link-modules.ts'
import { runToSuccess } from './run.ts'
import { publishedFolders, readManifest, root, tool, type Manifest } from './workspace.ts'

export interface PackedPackage {
  /** The folder under packages/. */
  readonly folder: string
  readonly tarball: string
  /** Paths inside the tarball. */
  readonly files: readonly string[]
  /** What package.json says inside the copy that was packed. */
  readonly manifest: Manifest
}

export interface PackedWorkspace {
  /** A temporary folder outside the workspace, with a place for consumers. */
  readonly folder: string
  /** The copy of the workspace in which the packages were built. */
  readonly copy: string
  readonly packages: readonly PackedPackage[]
}

const NOT_COPIED = new Set(['node_modules', 'dist', 'coverage'])

/** Copies the sources, so that what an earlier build left in `dist` neither helps nor harms. */
function copySources(copy: string): void {
  for (const folder of publishedFolders) {
    cpSync(join(root, 'packages', folder), join(copy, 'packages', folder), {
      recursive: true,
      filter: (path) => !NOT_COPIED.has(basename(path)),
    })
  }
  cpSync(join(root, 'tsconfig.base.json'), join(copy, 'tsconfig.base.json'))
  const references = publishedFolders.map((folder) => ({ path: `packages/${folder}` }))
  writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify({ files: [], references }))
  linkModules(copy)
}

/** Builds and packs every published package, as a release from a fresh clone would. */
export async function packWorkspace(folder: string): Promise<PackedWorkspace> {
  const copy = join(folder, 'workspace')
  const tarballs = join(folder, 'tarballs')
  mkdirSync(tarballs, { recursive: true })
  copySources(copy)
  await runToSuccess(tool('tsc'), ['-b'], copy)
  await bundlePackages([], copy)
  const paths = publishedFolders.map((name) => `./packages/${name}`)
  const listing = await runToSuccess(
    'npm',
    ['pack', ...paths, '--json', '--pack-destination', tarballs],
    copy,
  )
  const packed = JSON.parse(listing) as { name: string; filename: string; files: { path: string }[] }[]
  const packages = publishedFolders.map((name) => {
    const manifest = readManifest(join(copy, 'packages', name))
    const entry = packed.find((candidate) => candidate.name === manifest.name)
    if (entry === undefined) throw new Error(`npm pack made no tarball of ${manifest.name}`)
    const files = entry.files.map((file) => file.path)
    return { folder: name, tarball: join(tarballs, entry.filename), files, manifest }
  })
  return { folder, copy, packages }
}

/** What a user may import of a package: its name, and its name with each path that it exports. */
export const specifiersOf = ({ manifest }: PackedPackage): readonly string[] =>
  Object.keys(manifest.exports ?? {}).map((path) => manifest.name + path.slice(1))

/** What the global set-up packed for this run. */
export function packedWorkspace(): PackedWorkspace {
  const folder = process.env.PORTCULLIS_PACKED
  if (folder === undefined) throw new Error('test/support/global-setup.ts has not run')
  const packed = JSON.parse(readFileSync(join(folder, 'packed.json'), 'utf8')) as
    PackedWorkspace | { readonly failure: string }
  if ('failure' in packed) throw new Error(packed.failure)
  return packed
}
