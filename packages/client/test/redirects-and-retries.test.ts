import type { IncomingMessage } from 'node:http'
import { authorizedFetch, type TokenSource } from '@portcullis/client'
import { setUp, type Bench } from './support/bench.ts'
import { start, type Started } from '../../../test/support/start.ts'

interface Reply {
  readonly status: number
  readonly headers?: Record<string, string>
}
interface Seen {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly authorization: string | undefined
  readonly body: string
  readonly type: string | undefined
}

let bench: Bench
let service: Started
let stranger: Started
let source: TokenSource
let seen: Seen[] = []
let strangers = 0
let reply: (request: IncomingMessage) => Reply = () => ({ status: 200 })

beforeAll(async () => {
  bench = await setUp()
  service = await start(() => async (request, response) => {
    let body = ''
    for await (const part of request as AsyncIterable<Buffer>) body += part.toString()
    const { method, url, headers } = request
    seen.push({ method, url, body, authorization: headers.authorization, type: headers['content-type'] })
    const { status, headers: answer } = reply(request)
    response.writeHead(status, answer).end('done')
  })
  stranger = await start(() => (_request, response) => {
    strangers++
    response.end()
  })
})
beforeEach(() => {
  seen = []
  strangers = 0
  source = bench.source()
  reply = () => ({ status: 200 })
  bench.clock.advance(10)
})
afterAll(async () => {
  await service.close()
  await stranger.close()
  await bench.close()
})

const call = (path: string, init?: RequestInit) =>
  authorizedFetch(source, { origins: [service.url] })(service.url + path, init)
const redirect = (status: number, location: string) => {
  reply = ({ url }) => (url === '/start' ? { status, headers: { location } } : { status: 200 })
}
const challenge = (value: string, times = Number.POSITIVE_INFINITY) => {
  let left = times
  reply = () => (left-- > 0 ? { status: 401, headers: { 'www-authenticate': value } } : { status: 200 })
}

describe('redirects (attack 270)', () => {
  test('within the origin are followed with the token', async () => {
    redirect(302, '/end?a=1')
    expect((await call('/start')).status).toBe(200)
    const { token } = await source.getToken()
    expect(seen.map(({ url, authorization }) => [url, authorization])).toEqual([
      ['/start', `Bearer ${token}`],
      ['/end?a=1', `Bearer ${token}`],
    ])
  })

  const ELSEWHERE: Readonly<Record<string, () => string>> = {
    'to another port': () => `${stranger.url}/end`,
    'to another host': () => service.url.replace('127.0.0.1', 'localhost'),
    'to another scheme': () => service.url.replace('http:', 'https:'),
    'without scheme': () => stranger.url.replace('http:', ''),
    'with a backslash': () => `\\\\${new URL(stranger.url).host}/end`,
    'with a user name': () => service.url.replace('http://', 'http://a:b@'),
    'to data': () => 'data:text/plain,a',
    'to nowhere': () => 'http://[',
  }
  test.each(Object.entries(ELSEWHERE))('%s are refused, and nothing is sent there', async (_, location) => {
    redirect(307, location())
    await expect(call('/start', { method: 'POST', body: 'x' })).rejects.toMatchObject({
      code: 'redirect_refused',
    })
    expect([seen.length, strangers]).toEqual([1, 0])
  })

  test('to another origin are refused even where that one may have the token', async () => {
    redirect(302, `${stranger.url}/end`)
    const both = authorizedFetch(source, { origins: [service.url, stranger.url] })
    await expect(both(`${service.url}/start`)).rejects.toMatchObject({ code: 'redirect_refused' })
    expect(strangers).toBe(0)
  })

  test('without end are refused', async () => {
    reply = () => ({ status: 302, headers: { location: '/start' } })
    await expect(call('/start')).rejects.toMatchObject({ code: 'redirect_refused' })
    expect(seen).toHaveLength(6)
  })

  test.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [302, 'PUT', 'PUT', 'x'],
    [307, 'POST', 'POST', 'x'],
    [308, 'POST', 'POST', 'x'],
  ])('of status %d carry %s on as %s', async (status, method, expected, body) => {
    redirect(status, '/end')
    await call('/start', { method, body: 'x', headers: { 'content-type': 'text/plain' } })
    expect(seen[1]).toMatchObject({ method: expected, body, type: body === '' ? undefined : 'text/plain' })
  })

  test('are given to the caller who asks for that, and refused for one who wants none', async () => {
    redirect(302, `${stranger.url}/end`)
    expect((await call('/start', { redirect: 'manual' })).status).toBe(302)
    await expect(call('/start', { redirect: 'error' })).rejects.toMatchObject({ code: 'redirect_refused' })
  })

  test('of a body that is a stream are refused', async () => {
    redirect(307, '/end')
    const init = { method: 'POST', body: new Blob(['x']).stream(), duplex: 'half' } as RequestInit
    await expect(call('/start', init)).rejects.toMatchObject({ code: 'redirect_refused' })
  })
})

describe('a request that must not carry a token', () => {
  const WRONG: Readonly<Record<string, readonly [url: () => string, code: string]>> = {
    'to another origin': [() => stranger.url, 'origin_not_allowed'],
    'to a host that begins the same': [() => `${service.url}.evil.example.com/`, 'request_invalid'],
    'to a user name that looks like the host': [
      () => `http://${new URL(service.url).hostname}@evil.example.com/`,
      'origin_not_allowed',
    ],
    'with a user name': [() => service.url.replace('http://', 'http://a@'), 'request_invalid'],
    'to a path': [() => '/stock', 'request_invalid'],
    'to data': [() => 'data:text/plain,a', 'origin_not_allowed'],
    'to a file': [() => 'file:///etc/passwd', 'origin_not_allowed'],
  }
  test.each(Object.entries(WRONG))('%s is refused', async (_, [url, code]) => {
    const authorized = authorizedFetch(source, { origins: [service.url] })
    await expect(authorized(url())).rejects.toMatchObject({ code })
    expect([seen.length, strangers]).toEqual([0, 0])
  })

  test.each(['authorization', 'DPoP'])('is one with the header %s of its own', async (name) => {
    await expect(call('/stock', { headers: { [name]: 'x' } })).rejects.toMatchObject({
      code: 'request_invalid',
    })
    expect(seen).toEqual([])
  })

  test('is one for which there is none', async () => {
    bench.intercept = ({ url }) => (url === '/token' ? { status: 500 } : undefined)
    await expect(call('/stock')).rejects.toMatchObject({ code: 'token_endpoint_unavailable' })
    bench.intercept = undefined
    expect(seen).toEqual([])
  })
})

describe('a service that says no (attack 269)', () => {
  const EXPIRED = 'Bearer realm="a, b", error="invalid_token", error_description="it \\"expired\\", sorry"'

  test('with invalid_token is asked once more, with a new token and the same body', async () => {
    await source.getToken()
    bench.clock.advance(1)
    challenge(EXPIRED, 1)
    expect((await call('/stock', { method: 'POST', body: 'x' })).status).toBe(200)
    expect(seen.map(({ body }) => body)).toEqual(['x', 'x'])
    expect(new Set(seen.map(({ authorization }) => authorization)).size).toBe(2)
  })

  test("with invalid_token for ever is asked twice, and its answer is the caller's", async () => {
    await source.getToken()
    bench.clock.advance(1)
    challenge(EXPIRED)
    const before = bench.tokenRequests()
    const response = await call('/stock')
    expect([response.status, await response.text()]).toEqual([401, 'done'])
    expect([seen.length, bench.tokenRequests() - before]).toEqual([2, 1])
  })

  test('to a thousand requests costs the issuer one token', async () => {
    await source.getToken()
    bench.clock.advance(1)
    challenge(EXPIRED)
    const before = bench.tokenRequests()
    await Promise.all(Array.from({ length: 200 }, () => call('/stock')))
    expect(bench.tokenRequests() - before).toBe(1)
  })

  const FINAL: Readonly<Record<string, readonly [status: number, challenge: string]>> = {
    'with 403': [403, EXPIRED],
    'with 401 and another error': [401, 'Bearer error="insufficient_scope"'],
    'with 401 and no error': [401, 'Bearer realm="a"'],
    'with 401 for another scheme': [401, 'Basic realm="x", error="invalid_token"'],
    'with 401 and an error in a quoted text': [401, 'Bearer realm="error=\\"invalid_token\\""'],
    'with 401 and a challenge that cannot be parsed': [401, 'Bearer error="invalid_token'],
    'with 401 and a challenge without end': [401, `Bearer a="${'x'.repeat(9000)}", error="invalid_token"`],
  }
  test.each(Object.entries(FINAL))('%s is not asked again', async (_, [status, value]) => {
    await source.getToken()
    bench.clock.advance(1)
    reply = () => ({ status, headers: { 'www-authenticate': value } })
    expect((await call('/stock')).status).toBe(status)
    expect(seen).toHaveLength(1)
  })

  test.each([
    'Basic realm="x", Bearer error="invalid_token"',
    'bearer ERROR=invalid_token',
    'Negotiate abc==, Bearer realm="x" , error="invalid_token"',
    'Bearer,DPoP error="invalid_token", algs="ES256"',
  ])('is understood in any sound form (attack 273): %s', async (value) => {
    await source.getToken()
    bench.clock.advance(1)
    challenge(value, 1)
    expect((await call('/stock')).status).toBe(200)
    expect(seen).toHaveLength(2)
  })

  const BODIES: Readonly<Record<string, readonly [count: number, body: () => unknown]>> = {
    'a text': [2, () => 'x'],
    bytes: [2, () => new TextEncoder().encode('x')],
    'a form': [2, () => new URLSearchParams({ a: 'x' })],
    'a form with parts': [
      2,
      () => {
        const form = new FormData()
        form.set('a', 'x')
        return form
      },
    ],
    'a blob': [2, () => new Blob(['x'])],
    'a stream': [1, () => new Blob(['x']).stream()],
  }
  test.each(Object.entries(BODIES))('gets a body again that can be: %s', async (_, [count, body]) => {
    await source.getToken()
    bench.clock.advance(1)
    challenge(EXPIRED, 1)
    const init = { method: 'POST', body: body(), ...(count === 1 ? { duplex: 'half' } : {}) } as RequestInit
    expect((await call('/stock', init)).status).toBe(count === 1 ? 401 : 200)
    expect(seen).toHaveLength(count)
    expect(seen.every((each) => each.body.includes('x'))).toBe(true)
  })
})

test('a Request is sent with its method, headers and body', async () => {
  const request = new Request(`${service.url}/stock`, { method: 'PUT', body: 'x', headers: { 'x-a': 'b' } })
  await authorizedFetch(source, { origins: [service.url] })(request)
  expect(seen[0]).toMatchObject({ method: 'PUT', body: 'x' })
})

test('an audience that is a URL says where its tokens go', async () => {
  const target = bench.source({ audience: undefined as never, resource: `${service.url}/v1` })
  const authorized = authorizedFetch(target)
  await expect(authorized(stranger.url)).rejects.toMatchObject({ code: 'origin_not_allowed' })
})

test('the signal of the caller ends the wait for the token and for the answer', async () => {
  await expect(call('/stock', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
  expect(seen).toEqual([])
  const controller = new AbortController()
  reply = () => {
    controller.abort(new Error('late'))
    return { status: 200 }
  }
  await expect(call('/stock', { signal: controller.signal }).then((each) => each.text())).rejects.toThrow(
    'late',
  )
})
