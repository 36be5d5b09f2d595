import { build } from 'esbuild'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { bundlePackages } from './bundle-packages.ts'

/**
 * Compiles an example and our packages as they stand in the sources, so that node can run the example's programs.
 *
 * @param example its folder
 * @param name of the stage; each is a folder of its own
 * @param packages of ours that it uses, those included that these use
 * @returns the folder of the programs; it lies in the example, and so finds what the example depends on
 */
export async function stageExample(
  example: string,
  name: string,
  packages: readonly string[],
): Promise<string> {
  const folder = join(example, '.tmp', name)
  const sources = (await readdir(join(example, 'src'))).map((file) => join(example, 'src', file))
  await mkdir(folder, { recursive: true })
  await build({ entryPoints: sources, outdir: folder, format: 'esm', target: 'node20' })
  const paths = packages.map((name) => join('packages', name))
  await bundlePackages([...paths, '--into', join(folder, 'node_modules')])
  return folder
}
