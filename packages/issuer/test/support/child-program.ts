import { build } from 'esbuild'
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packageSources } from '../../../../test/support/package-sources.ts'

/** Makes a program of a TypeScript file of the tests, with the sources of our packages in it. */
export async function buildProgram(name: string, folder: string): Promise<string> {
  const outfile = join(folder, `${name}.mjs`)
  symlinkSync(dirname(dirname(require.resolve('jose/package.json'))), join(folder, 'node_modules'))
  await build({
    entryPoints: [join(__dirname, `${name}.ts`)],
    plugins: [packageSources],
    // A native module; all else in one file, since every start would look for each.
    external: ['lmdb'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile,
  })
  return outfile
}

/** A program that runs, once it has said its first line. */
export interface RunningProgram {
  readonly firstLine: string
  readonly child: ChildProcessWithoutNullStreams
  /** SIGKILL: nothing in the process gets to end what it began. */
  kill(): Promise<void>
}

export async function startProgram(program: string, parameters: readonly string[]): Promise<RunningProgram> {
  const child = spawn(process.execPath, [program, ...parameters])
  const ended = once(child, 'close')
  let complaint = ''
  child.stderr.on('data', (data: Buffer) => {
    complaint += data.toString()
  })
  const [data] = (await Promise.race([once(child.stdout, 'data'), ended])) as [Buffer | number | null]
  if (!(data instanceof Buffer)) throw new Error(`The program ended at its start: ${complaint}`)
  return {
    firstLine: data.toString().trim(),
    child,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
