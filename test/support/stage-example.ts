import { build } from 'esbuild'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const PACKAGES = join(__dirname, '../../packages')

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
  await Promise.all(packages.map((one) => stagePackage(one, folder)))
  return folder
}

async function stagePackage(name: string, programs: string): Promise<void> {
  const folder = join(programs, 'node_modules/@portcullis', name)
  await build({
    entryPoints: [join(PACKAGES, name, 'src/index.ts')],
    outfile: join(folder, 'index.js'),
    packages: 'external',
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', exports: './index.js' }))
}
