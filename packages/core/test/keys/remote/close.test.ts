import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { VerificationKey } from '../../../src/keys/verification-key.js'
import { hang, jwks } from './support/answers.js'
import { closeScenes, openScene } from './support/scene.js'

jest.setTimeout(120_000)
afterEach(closeScenes)

const KNOWN = { alg: 'ES256', kid: 'first' }

describe('a closed source', () => {
  it('serves the keys at hand until their age limit, and fetches nothing any more', async () => {
    const { server, clock, keys } = await openScene()
    await keys.ready()
    keys.close()
    clock.advance(599)
    expect(VerificationKey.is(keys.find(KNOWN))).toBe(true)
    await expect(keys.find({ alg: 'ES256', kid: 'other' })).rejects.toMatchObject({
      code: 'keys_unavailable',
    })
    clock.advance(1)
    await expect(keys.find(KNOWN)).rejects.toMatchObject({ code: 'keys_unavailable' })
    await expect(keys.ready()).rejects.toMatchObject({ cause: { message: 'the key source was closed' } })
    await expect(keys.reload()).rejects.toMatchObject({ code: 'keys_unavailable' })
    expect(server.count()).toBe(1)
  })

  it('lets those who wait go at once, and closes their connection', async () => {
    const { server, signer, keys, outcome } = await openScene()
    server.answer(hang)
    const waiting = outcome(signer.token())
    await server.arrived(1)
    keys.close()
    expect(await waiting).toBe('keys_unavailable')
    while (server.connections() > 0) await new Promise((resolve) => setImmediate(resolve))
  })
})

describe('a process with remote keys', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-'))
  const library = join(folder, 'core.cjs')
  buildSync({
    entryPoints: [join(__dirname, '../../../src/index.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: library,
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  /** Runs code that has `keys`, and answers with what it printed when it has ended by itself. */
  async function run(uri: string, code: string): Promise<{ readonly output: string; readonly exit: number }> {
    const program = `
      const timers = new Map()
      require('node:async_hooks').createHook({
        init: (id, type) => { if (type === 'Timeout') timers.set(id, new Error().stack) },
        destroy: (id) => timers.delete(id),
      }).enable()
      const settled = () => new Promise((resolve) => setTimeout(resolve, 20))
      const { remoteJwks } = require(${JSON.stringify(library)})
      const keys = remoteJwks(${JSON.stringify(uri)})
      ;(async () => { ${code} })()`
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const [exit] = (await once(child, 'close')) as [number]
    return { output: output.trim(), exit }
  }

  it('ends by itself after a fetch, although a refresh is due in minutes', async () => {
    const { server } = await openScene()
    const { output, exit } = await run(
      server.jwksUri,
      `await keys.ready(); keys.find({ alg: 'ES256', kid: 'first' }); console.log(keys.keyIds().join())`,
    )
    expect({ output, exit }).toEqual({ output: 'first', exit: 0 })
  })

  it('is not kept alive by the timeout of a fetch', async () => {
    const { server } = await openScene()
    const { output, exit } = await run(
      server.jwksUri,
      `const started = performance.now()
       process.on('exit', () => console.log(performance.now() - started < 2000))
       const client = { getKeys: () => new Promise(() => undefined) }
       await remoteJwks('https://id.example.com/jwks', { client, timeout: 4 }).ready()`,
    )
    expect({ output, exit }).toEqual({ output: 'true', exit: 0 })
  })

  it('has the timer of the refresh until the source is closed, and none after it', async () => {
    const { server } = await openScene()
    server.answer(jwks([]))
    const { output } = await run(
      server.jwksUri,
      `await keys.ready().catch(() => undefined)
       const mine = () => [...timers.values()].filter((stack) => stack.includes('core.cjs')).length
       await settled()
       const before = mine()
       keys.close()
       await settled()
       console.log(before, mine())`,
    )
    expect(output).toBe('1 0')
  })

  it('ends by itself after a source was closed in the middle of a fetch', async () => {
    const { server } = await openScene()
    server.answer(hang)
    const started = performance.now()
    const { output, exit } = await run(
      server.jwksUri,
      `const waiting = keys.ready().catch((error) => console.log(error.code))
       setTimeout(() => keys.close(), 200)
       await waiting`,
    )
    expect({ output, exit }).toEqual({ output: 'keys_unavailable', exit: 0 })
    expect(performance.now() - started).toBeLessThan(4500)
  })
})
