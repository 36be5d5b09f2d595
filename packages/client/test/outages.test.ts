import { setTimeout as wait } from 'node:timers/promises'
import type { TokenSourceOptions } from '@portcullis/client'
import { setUp, type Answer, type Bench } from './support/bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await setUp()
})
afterEach(() => bench.close())

const atToken = (answer: Answer | undefined) => {
  bench.intercept = ({ url }) => (url === '/token' ? answer : undefined)
}
const good = { access_token: 'abc', token_type: 'Bearer', expires_in: 300 }
const answer = (members: object, parts: Answer = {}): Answer => ({
  ...parts,
  body: JSON.stringify({ ...good, ...members }),
})
const text = (body: string, parts: Answer = {}): Answer => ({ ...parts, body })

const drip = async function* () {
  for (let at = 0; at < 1000; at++) {
    yield ' '
    await wait(50)
  }
}

const UNAVAILABLE: Readonly<Record<string, Answer>> = {
  'never answers': { hang: true },
  'answers too slowly': { body: drip },
  'answers 500': { status: 500, body: '{}' },
  'answers 503': { status: 503 },
  'answers 404': { status: 404, body: 'no' },
  'answers 204': { status: 204 },
  'answers 429': { status: 429 },
  'answers a redirect': { status: 307, headers: { location: 'https://evil.example.com/token' } },
  'answers 400 without a reason': { status: 400, headers: { 'content-type': 'text/html' }, body: '<h1>' },
  'answers 400 with a reason that is no text': { status: 400, body: '{"error":7}' },
  'answers an outage as an error': { status: 400, body: '{"error":"temporarily_unavailable"}' },
  'answers HTML with 200': text('<html>', { headers: { 'content-type': 'text/html' } }),
  'answers garbage': text('\u0000{"access_token'),
  'answers a list': text('[]'),
  'answers null': text('null'),
  'answers more than 64 KiB': answer({ filler: 'x'.repeat(70_000) }),
  'answers without end': {
    body: async function* () {
      for (;;) {
        yield 'x'.repeat(10_000)
        await wait(1)
      }
    },
  },
  'answers bytes that are no UTF-8': text(''),
}

test.each(Object.entries(UNAVAILABLE))(
  'an endpoint that %s gives no token, within the time limit',
  async (_, bad) => {
    atToken(bad)
    const started = performance.now()
    // The metadata, which a busy machine may take longer for, are not asked for.
    const source = bench.source({ timeout: 0.3, tokenEndpoint: `${bench.url}/token` })
    await expect(source.getToken()).rejects.toMatchObject({
      code: 'token_endpoint_unavailable',
      status: 503,
    })
    expect(performance.now() - started).toBeLessThan(3000)
  },
)

/** Attacks 271 and 272: what a sound answer cannot be. */
const INVALID: Readonly<Record<string, Answer>> = {
  'no token': answer({ access_token: undefined }),
  'an empty token': answer({ access_token: '' }),
  'a token with a line end': answer({ access_token: 'abc\r\nx-admin: 1' }),
  'a token with a space': answer({ access_token: 'abc def' }),
  'a token with white space around': answer({ access_token: ' abc' }),
  'a token that is a number': answer({ access_token: 7 }),
  'a token of letters beyond ASCII': answer({ access_token: 'ü' }),
  'a token that is too long': answer({ access_token: 'x'.repeat(16_385) }),
  'no type': answer({ token_type: undefined }),
  'another type': answer({ token_type: 'mac' }),
  'a type that needs a key': answer({ token_type: 'DPoP' }),
  'a type that is a list': answer({ token_type: ['Bearer'] }),
  'no lifetime': answer({ expires_in: undefined }),
  'a lifetime of 0': answer({ expires_in: 0 }),
  'a negative lifetime': answer({ expires_in: -1 }),
  'a lifetime that is a text': answer({ expires_in: '300' }),
  'a lifetime without end': text('{"access_token":"abc","token_type":"Bearer","expires_in":1e400}'),
  'a lifetime that is null': answer({ expires_in: null }),
  'a refresh token that is no text': answer({ refresh_token: {} }),
  'a scope that is a list': answer({ scope: ['stock:read'] }),
  'an error with 200': text('{"error":"invalid_client"}'),
  'members of the prototype': text(
    '{"__proto__":{"access_token":"abc","token_type":"Bearer","expires_in":300}}',
  ),
}

test.each(Object.entries(INVALID))('an answer with %s is refused', async (_, bad) => {
  atToken(bad)
  await expect(bench.source().getToken()).rejects.toMatchObject({ code: 'token_response_invalid' })
})

test('a good answer is taken, in any case of letters and with members that nobody knows', async () => {
  atToken(answer({ token_type: 'bEARER', unknown: { a: 1 }, id_token: 'not.a.jwt' }))
  expect(await bench.source().getToken()).toMatchObject({ token: 'abc', tokenType: 'Bearer', scope: [] })
})

test('members that somebody hung on Object.prototype are not taken for those of the answer', async () => {
  Object.defineProperty(Object.prototype, 'expires_in', { value: 300, configurable: true })
  try {
    atToken(answer({ expires_in: undefined }))
    await expect(bench.source().getToken()).rejects.toMatchObject({ code: 'token_response_invalid' })
  } finally {
    delete (Object.prototype as { expires_in?: number }).expires_in
  }
})

test('a token that is said to live for years is asked for anew after a day', async () => {
  atToken(answer({ expires_in: 1e9 }))
  const { expiresAt } = await bench.source().getToken()
  expect(expiresAt).toBe(bench.clock() + 86_400)
})

test.each([
  ['less', 'stock:read', true],
  ['none', '', true],
  ['more', 'stock:read stock:write extra', false],
  ['what was asked for', 'stock:write stock:read', false],
  ['nothing said', undefined, false],
])('a scope of %s', async (_, scope, isRefused) => {
  atToken(answer({ scope }))
  const code = await bench
    .source({ scope: 'stock:read stock:write' })
    .getToken()
    .then(
      () => undefined,
      (error: unknown) => (error as { code: string }).code,
    )
  expect(code).toBe(isRefused ? 'scope_reduced' : undefined)
})

test('nothing that the issuer says of an error is repeated but registered codes', async () => {
  const said = {
    error: 'evil\u001b[31m',
    error_description: 'secret\r\nline',
    error_uri: 'https://evil.example.com',
  }
  atToken({ status: 400, body: JSON.stringify(said) })
  const error = await bench
    .source()
    .getToken()
    .catch((caught: unknown) => caught as Error)
  expect(error).toMatchObject({ code: 'token_refused', oauthError: undefined })
  expect(JSON.stringify([error, (error as Error).message])).not.toMatch(/evil|secret|line/)
})

test('an issuer that cannot be reached is named by what failed, and by nothing else', async () => {
  const source = bench.source()
  await bench.close()
  await expect(source.getToken()).rejects.toMatchObject({
    code: 'metadata_unavailable',
    message: expect.stringMatching(/ failed with ECONNREFUSED$/) as string,
    retryAfter: undefined,
  })
})

describe('pauses', () => {
  const attempt = (source: ReturnType<Bench['source']>) =>
    source.getToken().then(
      ({ token }) => token,
      (error: unknown) => (error as { code: string }).code,
    )

  test('grow with each failure up to a limit, and end with the first token', async () => {
    atToken({ status: 500 })
    const source = bench.source({ backoff: 1, backoffLimit: 8 })
    const requestsIn = async (seconds: number) => {
      const before = bench.tokenRequests()
      for (let second = 0; second < seconds; second++) {
        await attempt(source)
        bench.clock.advance(1)
      }
      return bench.tokenRequests() - before
    }
    const early = await requestsIn(10)
    expect(early).toBeGreaterThanOrEqual(4)
    expect(early).toBeLessThanOrEqual(7)
    const late = await requestsIn(80)
    expect(late).toBeGreaterThanOrEqual(9)
    expect(late).toBeLessThanOrEqual(21)
    atToken(undefined)
    bench.clock.advance(8)
    expect((await attempt(source)).split('.')).toHaveLength(3)
    expect((await attempt(source.for({ audience: 'billing-api' }))).split('.')).toHaveLength(3)
  })

  test('say when another attempt makes sense, and are as long as the endpoint asks for', async () => {
    atToken({ status: 503, headers: { 'retry-after': '120' } })
    const source = bench.source()
    await attempt(source)
    await expect(source.getToken()).rejects.toMatchObject({ retryAfter: 120 })
    bench.clock.advance(119)
    await attempt(source)
    expect(bench.tokenRequests()).toBe(1)
    bench.clock.advance(1)
    await attempt(source)
    expect(bench.tokenRequests()).toBe(2)
  })

  test('are not as long as an endpoint likes', async () => {
    atToken({ status: 503, headers: { 'retry-after': '99999' } })
    const source = bench.source()
    await attempt(source)
    await expect(source.getToken()).rejects.toMatchObject({ retryAfter: 300 })
  })

  test('hold for every token once the breaker is open, and then one attempt goes alone', async () => {
    atToken({ status: 500 })
    const source = bench.source({ breakerThreshold: 3, backoff: 10 })
    const ask = (at: number) => attempt(source.for({ audience: `service-${at}` }))
    for (let at = 0; at < 30; at++) expect(await ask(at)).toBe('token_endpoint_unavailable')
    expect(bench.tokenRequests()).toBe(3)
    bench.clock.advance(10)
    await Promise.all(Array.from({ length: 30 }, (_, at) => ask(100 + at)))
    expect(bench.tokenRequests()).toBe(4)
  })

  test('are not for an endpoint that refuses: it is well', async () => {
    const source = bench.source({ breakerThreshold: 1 })
    for (let at = 0; at < 10; at++)
      expect(await attempt(source.for({ audience: `no-${at}` }))).toBe('token_refused')
    expect((await attempt(source)).split('.')).toHaveLength(3)
  })
})

test('while the endpoint fails, the live token serves to its end, with few attempts in the background', async () => {
  const options: Partial<TokenSourceOptions> = { timeout: 1 }
  const source = bench.source(options)
  const first = await source.getToken()
  atToken({ status: 500 })
  bench.clock.advance(268)
  for (let second = 0; second < 20; second++) {
    for (let at = 0; at < 50; at++) expect(await source.getToken()).toBe(first)
    await wait(2)
    bench.clock.advance(1)
  }
  expect(bench.tokenRequests()).toBeLessThan(9)
  expect(bench.tokenRequests()).toBeGreaterThan(2)
  // A token that a service refuses meanwhile: there is no other, and the live one serves everybody else.
  await expect(source.getToken({ refused: first })).rejects.toMatchObject({
    code: 'token_endpoint_unavailable',
  })
  expect(await source.getToken()).toBe(first)
  bench.clock.advance(60)
  await expect(source.getToken()).rejects.toMatchObject({ code: 'token_endpoint_unavailable' })
  atToken(undefined)
  bench.clock.advance(60)
  expect((await source.getToken()).expiresAt).toBe(bench.clock() + 300)
})
