import { everyRequest } from '../src/every-request.js'
import { createExpressApp } from '../src/express-service.js'
import type { RequestHandler } from '../src/listen.js'
import { REQUESTS } from '../src/requests.js'
import { SIGNING_ALGORITHMS } from '../src/signing-keys.js'
import { startSystem, type System } from '../src/system.js'

let system: System | undefined
afterEach(async () => {
  await system?.stop()
  system = undefined
})

test.each(SIGNING_ALGORITHMS)(
  'on tokens of the authorization server signed with %s, all three services answer as expected',
  async (algorithm) => {
    system = await startSystem({ algorithm })

    const { lines, asExpected } = await everyRequest(system)

    expect(lines.filter((line) => line.startsWith('✗'))).toEqual([])
    expect(lines.filter((line) => line.startsWith('✓') && line.includes('express koa nest'))).toHaveLength(
      REQUESTS.length,
    )
    expect(asExpected).toBe(true)
  },
  60_000,
)

test('a service that answers otherwise is named, with what was expected', async () => {
  const open = (): RequestHandler => (_request, response) => response.end('{}')
  system = await startSystem({ factories: { express: createExpressApp, open } })

  const { lines, asExpected } = await everyRequest(system)

  expect(asExpected).toBe(false)
  const verdict = lines.slice(lines.indexOf(''))
  expect(verdict).toEqual(
    expect.arrayContaining([
      '✗ open: GET /orders, no token',
      '    expected  401  credentials_missing  Bearer',
      '    answered  200',
    ]),
  )
  expect(verdict.join('\n')).not.toContain('express')
}, 120_000)

test('a service whose challenge differs by one character is named', async () => {
  const almost = (): RequestHandler => (_request, response) =>
    response.writeHead(401, { 'WWW-Authenticate': 'bearer' }).end('{"code":"credentials_missing"}')
  system = await startSystem({ factories: { almost } })

  const { lines } = await everyRequest(system)

  expect(lines).toContain('    answered  401  credentials_missing  bearer')
}, 120_000)
