import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { ask } from '../src/ask.js'
import { REQUESTS } from '../src/requests.js'
import { stage } from './stage.js'

const run = promisify(execFile)
const TIMEOUT = 60_000

interface Failure {
  readonly code?: number
  readonly stdout: string
}

let demo: string
let start: string
beforeAll(async () => {
  const folder = await stage('as-it-is')
  demo = join(folder, 'demo.js')
  start = join(folder, 'start.js')
}, TIMEOUT)

test(
  'the demo ends by itself with 0 after a table, a rotation and an outage, when all services answer as expected',
  async () => {
    const { stdout, stderr } = await run(process.execPath, [demo], { timeout: TIMEOUT })

    expect(stderr).toBe('')
    expect(stdout).toMatch(/REQUEST +SERVICE +STATUS +CODE +CHALLENGE/)
    expect(stdout).toMatch(/✓ +GET \/orders +no token +express koa nest +401 +credentials_missing +Bearer\n/)
    expect(stdout).toContain(`\n${REQUESTS.length} requests to 3 services, every answer as expected.\n`)
    expect(stdout).toMatch(/\n✓ rotation: .*each answered 200.*\n✓ outage: .*each answered 200.*\n$/)
  },
  TIMEOUT,
)

test(
  'the demo ends with 1, and says what it expected, when one service lets everybody in',
  async () => {
    const folder = await stage('with-an-open-service')
    const open = "export const createExpressApp = () => (_request, response) => response.end('{}')"
    await writeFile(join(folder, 'express-service.js'), open)

    const demo = run(process.execPath, [join(folder, 'demo.js')])
    const { code, stdout }: Failure = await demo.catch((error: unknown) => error as Failure)

    expect(code).toBe(1)
    expect(stdout).toContain(
      '✗ express: GET /orders, no token\n    expected  401  credentials_missing  Bearer\n',
    )
    expect(stdout).not.toContain('✗ koa')
  },
  TIMEOUT,
)

test(
  'the demo says which algorithms there are, and ends with 2, when it is asked for another one',
  async () => {
    await expect(run(process.execPath, [demo, 'none'])).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^The authorization server signs with one of RS256, PS256, ES256, EdDSA/),
    })
  },
  TIMEOUT,
)

test.each(['SIGINT', 'SIGTERM'] as const)(
  'the running system serves what it prints, and ends with 0 on %s',
  async (signal) => {
    const child = spawn(process.execPath, [start], { stdio: ['ignore', 'pipe', 'inherit'] })
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
  TIMEOUT,
)
