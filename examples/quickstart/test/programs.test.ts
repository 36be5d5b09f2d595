import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { ask } from '../src/ask.js'
import { bundle } from './bundle.js'

const run = promisify(execFile)

describe('the demo', () => {
  let demo: string
  beforeAll(async () => {
    demo = await bundle('demo')
  }, 60_000)

  test('ends by itself with 0 after one table, when all services answer as expected', async () => {
    const { stdout } = await run(process.execPath, [demo], { timeout: 30_000 })

    expect(stdout).toMatch(/REQUEST +SERVICE +STATUS +CODE +CHALLENGE/)
    expect(stdout).toMatch(/✓ +GET \/orders +no token +express koa nest +401 +credentials_missing +Bearer\n/)
    expect(stdout).toMatch(/11 requests to 3 services, every answer as expected\.\n$/)
  }, 60_000)

  test('says which algorithms there are, and ends with 2, when it is given another one', async () => {
    await expect(run(process.execPath, [demo, 'none'])).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^The authorization server signs with one of RS256, PS256, ES256, EdDSA/m,
      ),
    })
  }, 60_000)
})

test.each(['SIGINT', 'SIGTERM'] as const)(
  'the running system serves what it prints, and ends with 0 on %s',
  async (signal) => {
    const child = spawn(process.execPath, [await bundle('start')], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exit = once(child, 'exit')
    const lines: string[] = []
    for await (const line of createInterface(child.stdout)) {
      lines.push(line)
      if (line.includes('-X DELETE') && line.includes('$ADMIN')) break
    }
    const ports = ['express', 'koa', 'nest'].map((name) =>
      Number(new RegExp(`^  ${name} +http://127.0.0.1:(\\d+)$`, 'm').exec(lines.join('\n'))![1]),
    )
    for (const port of ports) {
      expect(await ask(port, 'GET', '/health', [])).toMatchObject({ status: 200 })
      expect(await ask(port, 'GET', '/orders', [])).toMatchObject({ status: 401 })
    }

    child.kill(signal)
    expect(await exit).toEqual([0, null])
  },
  60_000,
)
