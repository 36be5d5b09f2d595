import { execFile } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'

const packages = resolve(__dirname, '..', '..', '..')
/** The folder whose node_modules has the Nest that this run is about. */
const installation = resolve(dirname(require.resolve('@nestjs/core')), '..', '..', '..')
const folder = join(installation, '.tmp', 'nest-installed')
const program = join(folder, 'program.mjs')

beforeAll(async () => {
  mkdirSync(folder, { recursive: true })
  await build({
    entryPoints: [join(__dirname, 'program.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Whatever is not ours is imported by Node itself.
    external: ['@nestjs/*', 'jose', 'jsonwebtoken', 'jwks-rsa', 'lru-cache', 'reflect-metadata', 'rxjs'],
    alias: {
      '@portcullis/nest': join(packages, 'nest', 'src', 'index.ts'),
      '@portcullis/core': join(packages, 'core', 'src', 'index.ts'),
    },
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
    logLevel: 'silent',
  })
}, 60_000)

afterAll(() => {
  rmSync(folder, { recursive: true })
})

const problem = (title: string, status: number, code: string) =>
  `${status} ${JSON.stringify({ type: 'about:blank', title, status, code })}`

test('ES modules without emitted metadata: the service answers on both platforms, and nothing is left over', async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [program], { timeout: 60_000 })
  const answers = [
    '200 {"healthy":true}',
    problem('An access token is required', 401, 'credentials_missing'),
    problem('The access token is invalid', 401, 'token_invalid'),
    problem('The access token is invalid', 401, 'token_invalid'),
    '200 {"for":"alice"}',
    problem('A required role is missing', 403, 'role_insufficient'),
    '200 {"removed":true}',
  ]
  const [express, fastify] = stdout.trim().split('\n')
  expect(JSON.parse(express!)).toEqual(answers)
  expect(JSON.parse(fastify!)).toEqual(answers)
  expect(stderr).toBe('')
}, 90_000)
