import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * Compiles a program of the tests, with our packages as they stand in the sources, and runs it:
 *
 *     node scripts/run.mjs storm --runs 200 --seed 1
 *
 * Each file in its folder is a module of its own, so that the program can start the others as processes.
 */
const [program, ...parameters] = process.argv.slice(2)
const here = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const folder = join(here, 'test', program)
const out = join(here, '.tmp', program)
/** `@portcullis/sync/koa` is packages/sync/src/koa/index.ts. */
const ourSources = {
  name: 'our sources',
  setup(bundler) {
    bundler.onResolve({ filter: /^@portcullis\// }, ({ path }) => {
      const [, name, part = ''] = path.split('/')
      return { path: join(here, '..', name, 'src', part, 'index.ts') }
    })
  },
}

await build({
  entryPoints: (await readdir(folder))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file)),
  outdir: out,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  plugins: [ourSources],
  external: ['libsql', 'pg', 'jwks-rsa', 'rate-limiter-flexible'],
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'warning',
})

const child = spawn(process.execPath, [join(out, 'main.mjs'), ...parameters], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code) => {
  process.exitCode = code ?? 1
})
