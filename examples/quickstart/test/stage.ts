import { build } from 'esbuild'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const FOLDER = join(__dirname, '..')
const PACKAGES = join(FOLDER, '../../packages')

/**
 * Compiles the example and our packages as they stand in the sources, so that node can run the example's programs.
 *
 * @param name of the stage; each is a folder of its own
 * @returns the folder of the programs; it lies in the example, and so finds what the example depends on
 */
export async function stage(name: string): Promise<string> {
  const folder = join(FOLDER, '.tmp', name)
  const sources = (await readdir(join(FOLDER, 'src'))).map((file) => join(FOLDER, 'src', file))
  await mkdir(folder, { recursive: true })
  await build({ entryPoints: sources, outdir: folder, format: 'esm', target: 'node20' })
  await Promise.all(['core', 'express', 'koa', 'nest'].map((one) => stagePackage(one, folder)))
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
