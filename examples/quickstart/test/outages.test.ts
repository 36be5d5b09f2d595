import { createExpressApp } from '../src/express-service.js'
import type { RequestHandler } from '../src/listen.js'
import { outage } from '../src/outage.js'
import { rotation } from '../src/rotation.js'
import type { ServiceOptions } from '../src/service-options.js'
import { SERVICES, startSystem, type System } from '../src/system.js'

const TIMEOUT = 60_000

let system: System | undefined
afterEach(async () => {
  await system?.stop()
  system = undefined
})

test.each(['ES256', 'PS256'] as const)(
  'a rotation of the %s key in the middle of traffic refuses no valid token',
  async (algorithm) => {
    system = await startSystem({ algorithm })
    const { lines, asExpected } = await rotation(system)
    expect(lines).toEqual([
      expect.stringMatching(
        /^✓ rotation: .* \d+ requests meanwhile, each answered 200; the old key then gets 401\.$/,
      ),
    ])
    expect(asExpected).toBe(true)
  },
  TIMEOUT,
)

test(
  'an outage of a day in the middle of traffic refuses no valid token, and is 503 after that until it is over',
  async () => {
    system = await startSystem()
    const { lines, asExpected } = await outage(system)
    expect(lines).toEqual([
      expect.stringMatching(
        /^✓ outage: .* \d+ requests meanwhile, each answered 200; then 503 with Retry-After, and 200 once it is back\.$/,
      ),
    ])
    expect(asExpected).toBe(true)
  },
  TIMEOUT,
)

/** A service whose keys die with the issuer, and to whom that is the caller's fault. */
function fragile({ keys, ...options }: ServiceOptions): Promise<RequestHandler> | RequestHandler {
  return createExpressApp({
    ...options,
    keys: {
      async find(header) {
        const key = await keys.find(header)
        const answer = await fetch(`${options.issuer}/jwks`).catch(() => undefined)
        return answer?.ok === true ? key : undefined
      },
    },
  })
}

test(
  'a service that takes an outage for a fault of its callers is found out',
  async () => {
    system = await startSystem({ factories: { express: createExpressApp, fragile } })
    const { lines, asExpected } = await outage(system)
    expect(asExpected).toBe(false)
    expect(lines).toEqual([expect.stringMatching(/^✗ outage: .* \d+ answered 200, \d+ answered 401;/)])
  },
  TIMEOUT,
)

/** A service that knows the first key for ever. */
function stubborn({ keys, ...options }: ServiceOptions): RequestHandler {
  let first: ReturnType<typeof keys.find>
  return createExpressApp({
    ...options,
    keys: { find: (header) => (first ??= keys.find(header)) },
  })
}

test(
  'a service that never learns a new key is found out',
  async () => {
    system = await startSystem({ factories: { koa: SERVICES.koa!, stubborn } })
    const { lines, asExpected } = await rotation(system)
    expect(asExpected).toBe(false)
    expect(lines).toEqual([
      expect.stringMatching(/^✗ rotation: .* \d+ answered 401; the old key then gets 401 or 200\.$/),
    ])
  },
  TIMEOUT,
)
