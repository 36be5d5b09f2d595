import { build } from 'esbuild'
import { mkdirSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { packageSources } from './package-sources.ts'
import { root } from './workspace.ts'

/**
 * Makes a program of a TypeScript file of the tests, with the sources of our packages in it: one module, since every
 * start would look for each of many.
 *
 * @param folder of the program alone; made where it does not exist
 * @returns the path of the program
 */
export async function buildProgram(source: string, folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true })
  // What is native stays outside, and is found from there.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const outfile = join(folder, `${basename(source, '.ts')}.mjs`)
  await build({
    entryPoints: [source],
    plugins: [packageSources],
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
