import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { linkModule } from './link-modules.ts'
import { packedWorkspace, type PackedPackage } from './packed-workspace.ts'
import { runToSuccess } from './run.ts'

const scope = '@portcullis/'

/** The package and those of ours that it depends on. */
function withOurDependencies(wanted: PackedPackage, known: ReadonlySet<PackedPackage> = new Set()) {
  const found = new Set(known).add(wanted)
  for (const name of Object.keys(wanted.manifest.dependencies ?? {})) {
    const dependency = packedWorkspace().packages.find(({ manifest }) => manifest.name === name)
    if (dependency === undefined || found.has(dependency)) continue
    for (const each of withOurDependencies(dependency, found)) found.add(each)
  }
  return found
}

/**
 * A project outside the workspace in which the packages are installed from their tarballs, with the dependencies and
 * peers that their package.json declares, and no others. Nothing is fetched: what the workspace has is linked.
 *
 * @param extra further packages that the project's author would install, such as a test runner's transformer
 */
export async function createConsumer(
  name: string,
  wanted: readonly PackedPackage[],
  extra: readonly string[] = [],
): Promise<string> {
  const consumer = join(packedWorkspace().folder, 'consumers', name)
  mkdirSync(consumer, { recursive: true })
  const all = new Set(wanted.flatMap((each) => [...withOurDependencies(each)]))
  for (const { folder, tarball, manifest } of all) {
    const target = join(consumer, 'node_modules', manifest.name)
    mkdirSync(target, { recursive: true })
    await runToSuccess('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'], consumer)
    for (const dependency of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
      if (dependency.startsWith(scope)) continue
      linkModule(dependency, folder, consumer)
      // Users of TypeScript install the types of a framework beside it.
      linkModule(`@types/${dependency.replace('@', '').replace('/', '__')}`, folder, consumer)
    }
  }
  for (const each of ['@types/node', ...extra]) linkModule(each, '', consumer)
  return consumer
}
