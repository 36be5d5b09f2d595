import { build } from 'esbuild'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

const FOLDER = join(__dirname, '..')
const PACKAGES = join(FOLDER, '../../packages')

/**
 * Makes a program of the example that node can run, on the sources of our packages.
 *
 * @returns the file, inside the example, so that it finds what the example depends on
 */
export async function bundle(program: string): Promise<string> {
  const outfile = join(FOLDER, '.tmp', `${program}.mjs`)
  await mkdir(join(FOLDER, '.tmp'), { recursive: true })
  await build({
    entryPoints: [join(FOLDER, 'src', `${program}.ts`)],
    alias: Object.fromEntries(
      ['core', 'express', 'koa', 'nest'].map((name) => [
        `@portcullis/${name}`,
        join(PACKAGES, name, 'src/index.ts'),
      ]),
    ),
    packages: 'external',
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outfile,
  })
  return outfile
}
