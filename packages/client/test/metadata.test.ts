import { setTimeout as wait } from 'node:timers/promises'
import { clientSecret, createTokenSource } from '@portcullis/client'
import { SECRET, setUp, type Answer, type Bench } from './support/bench.ts'

const OAUTH = '/.well-known/oauth-authorization-server'
const OPENID = '/.well-known/openid-configuration'
let bench: Bench
beforeEach(async () => {
  bench = await setUp()
})
afterEach(() => bench.close())

const at = (answers: Readonly<Record<string, Answer>>) => {
  bench.intercept = ({ url = '' }) => answers[url]
}
const metadata = (members: object = {}): Answer => ({
  body: JSON.stringify({ issuer: bench.url, token_endpoint: `${bench.url}/token`, ...members }),
})
const code = async (source = bench.source()) =>
  source.getToken().then(
    () => undefined,
    (error: unknown) => (error as { code: string }).code,
  )

test('the token endpoint is found by OpenID Connect Discovery where RFC 8414 finds nothing', async () => {
  at({ [OAUTH]: { status: 404, headers: { 'content-type': 'text/plain' } }, [OPENID]: metadata() })
  expect(await code()).toBeUndefined()
  expect(bench.asked).toEqual([OAUTH, OPENID, '/token'])
})

test('an issuer without any metadata gives no token', async () => {
  at({ [OAUTH]: { status: 404 }, [OPENID]: { status: 404 } })
  expect(await code()).toBe('metadata_unavailable')
})

test('an endpoint that is configured is asked without metadata', async () => {
  expect(await code(bench.source({ tokenEndpoint: `${bench.url}/token` }))).toBeUndefined()
  expect(bench.asked).toEqual(['/token'])
})

const WRONG: Readonly<Record<string, () => object>> = {
  'another issuer': () => ({ issuer: 'https://evil.example.com' }),
  'an issuer that differs by a slash': () => ({ issuer: `${bench.url}/` }),
  'no issuer': () => ({ issuer: undefined }),
  'no token endpoint': () => ({ token_endpoint: undefined }),
  'an endpoint that is a path': () => ({ token_endpoint: '/token' }),
  'an endpoint with plain http': () => ({ token_endpoint: 'http://id.example.com/token' }),
  'an endpoint of another protocol': () => ({ token_endpoint: 'file:///etc/passwd' }),
  'an endpoint with a user name': () => ({ token_endpoint: 'https://a:b@id.example.com/token' }),
}
test.each(Object.entries(WRONG))(
  'metadata with %s are refused, and no secret is sent',
  async (_, members) => {
    at({ [OAUTH]: metadata(members()) })
    expect(await code()).toBe('metadata_invalid')
    expect(bench.tokenRequests()).toBe(0)
  },
)

const BAD: Readonly<Record<string, Answer>> = {
  'never come': { hang: true },
  'are too long': { body: JSON.stringify({ x: 'x'.repeat(70_000) }) },
  'are no JSON': { body: '<html>', headers: { 'content-type': 'text/html' } },
  'are behind a redirect': { status: 302, headers: { location: 'https://evil.example.com' } },
  'are out of order': { status: 500 },
}
test.each(Object.entries(BAD))('metadata that %s are an outage', async (_, answer) => {
  at({ [OAUTH]: answer })
  expect(await code(bench.source({ timeout: 0.2 }))).toBe('metadata_unavailable')
})

test('metadata are kept for an hour, and serve for a day while they cannot be had', async () => {
  const source = bench.source()
  const asked = () => bench.asked.filter((path) => path === OAUTH).length
  await source.getToken()
  bench.clock.advance(3500)
  await source.getToken()
  expect(asked()).toBe(1)
  bench.clock.advance(400)
  await source.getToken()
  expect(asked()).toBe(2)
  at({ [OAUTH]: { status: 500 } })
  bench.clock.advance(4000)
  for (let each = 0; each < 5; each++) expect(await code(source.for({ scope: [] }))).toBeUndefined()
  expect(asked()).toBe(3)
  bench.clock.advance(86_400)
  expect(await code(source)).toBe('metadata_unavailable')
})

test('an injected fetch that heeds no signal does not keep anybody waiting', async () => {
  const source = createTokenSource({
    issuer: bench.url,
    clientId: 'a',
    credential: clientSecret(SECRET),
    timeout: 0.1,
    fetch: () => wait(1000, new Response('{}')),
    clock: bench.clock,
  })
  await expect(source.getToken()).rejects.toMatchObject({
    code: 'metadata_unavailable',
    message: expect.stringMatching(/did not answer within 0.1 s$/) as string,
  })
})
