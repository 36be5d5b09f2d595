import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(__dirname, '..', '..')

/** The path of a program of the workspace's own development dependencies. */
export const tool = (name: string) => join(root, 'node_modules', '.bin', name)

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly license?: string
  readonly description?: string
  readonly engines?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, unknown>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

export const readManifest = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest

/** The folders of packages/ that hold a package: published packages and private ones. */
export const packageFolders: readonly string[] = readdirSync(join(root, 'packages')).filter((folder) =>
  existsSync(join(root, 'packages', folder, 'package.json')),
)

/** Folder names under packages/ of what is published. */
export const publishedFolders: readonly string[] = packageFolders.filter(
  (folder) => readManifest(join(root, 'packages', folder)).private !== true,
)
