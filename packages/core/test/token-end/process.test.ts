import { buildSync } from 'esbuild'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const PROGRAM = `
import { createVerifier, secret, whenTokenEnds } from '@portcullis/core'
import jsonwebtoken from 'jsonwebtoken'
import { randomBytes } from 'node:crypto'

const key = randomBytes(32)
const token = jsonwebtoken.sign({ iss: 'https://id.example.com', aud: 'orders-api' }, key, { expiresIn: '1h' })
const verify = createVerifier({ issuer: 'https://id.example.com', audience: 'orders-api', keys: secret(key, 'HS256') })
whenTokenEnds(await verify(token), () => console.log('ended'))
console.log('watching')
`

test('a watched token does not keep the process alive', () => {
  const folder = join(__dirname, '../..')
  const { outputFiles } = buildSync({
    stdin: { contents: PROGRAM, loader: 'ts', resolveDir: folder },
    alias: { '@portcullis/core': join(folder, 'src/index.ts') },
    packages: 'external',
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  })
  const program = spawnSync(process.execPath, ['--input-type=module'], {
    cwd: folder,
    input: outputFiles[0]!.text,
    encoding: 'utf8',
    timeout: 20_000,
  })
  expect(program).toMatchObject({ status: 0, stdout: 'watching\n', stderr: '' })
}, 120_000)
