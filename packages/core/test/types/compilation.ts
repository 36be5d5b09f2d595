import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What stands above the snippets: the imports, and values whose making is of no matter. */
const PREAMBLE = `
import { allOf, authorizationHeader, claim, createAuthenticator, createAuthorizer, createVerifier, hasRole, hasScope, jwk, localJwks, pem, requireAuth, secret, type Auth, type AuthRequest, type Claims, type KeySource, type Policy } from '@portcullis/core'
import { decodeJwt } from 'jose'
import { z } from 'zod'
declare const token: string
declare const request: AuthRequest
declare const keys: KeySource
declare const verified: Auth
declare function serve(auth: Auth): void
const base = { issuer: 'https://id.example.com', audience: 'orders-api', keys }
const schema = z.object({ tenant: z.coerce.number(), role: z.enum(['user', 'admin']) })
`

const ROOT = join(__dirname, '../../../..')
/** Below the package, so that imports lead where they do in a test; nothing else looks there. */
const SCRATCH = join(ROOT, 'packages/core/.tmp')

/** What the compiler has against each snippet, as the numbers of its messages. Each is a function of one module. */
export function compilerMessages(snippets: readonly string[]): readonly (readonly string[])[] {
  const functions = snippets.map((code, index) => `export async function snippet${index}() {\n${code}\n}\n`)
  const found = messagesOf(PREAMBLE + functions.join(''))
  let from = PREAMBLE.split('\n').length
  return functions.map((text) => {
    const to = from + text.split('\n').length - 1
    const own = found.filter(({ line }) => line >= from && line < to)
    from = to
    return own.map(({ number }) => number)
  })
}

function messagesOf(code: string) {
  mkdirSync(SCRATCH, { recursive: true })
  const folder = mkdtempSync(join(SCRATCH, 'types-'))
  try {
    const file = join(folder, 'snippets.ts')
    writeFileSync(file, code)
    const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false }
    const config = { extends: join(ROOT, 'tsconfig.test.json'), compilerOptions, include: [file] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const compiler = join(ROOT, 'node_modules/.bin/tsc')
    const { stdout, error } = spawnSync(compiler, ['-p', folder, '--pretty', 'false'], { encoding: 'utf8' })
    if (error !== undefined) throw error
    const lines = [...stdout.matchAll(/^\S*snippets\.ts\((\d+),\d+\): error (TS\d+)/gm)]
    return lines.map(([, line, number = '']) => ({ line: Number(line), number }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
