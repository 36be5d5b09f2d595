import {
  createTestIssuer,
  startJwksServer,
  type Fault,
  type JwksServer,
  type TestIssuer,
} from '@portcullis/testing'

let issuer: TestIssuer
let server: JwksServer

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
  server = await startJwksServer(issuer)
})
afterEach(() => {
  server.recover()
})
afterAll(() => server.close())

const get = (path = '/jwks') => fetch(server.url + path, { redirect: 'manual' })
const document = () => JSON.stringify(issuer.jwks())

/** What a client has when the answer has ended or failed. */
async function outcome(fault: Fault) {
  server.misbehave(fault)
  const response = await get().catch(() => undefined)
  const body = await response?.text().catch(() => undefined)
  return { status: response?.status, type: response?.headers.get('content-type'), body }
}

const JWK_SET = 'application/jwk-set+json'

describe('a fault of the answer', () => {
  it.each([503, 500, 429, 404])('is status %i', async (status) => {
    const { body, ...rest } = await outcome({ status, headers: { 'Retry-After': '9' } })
    expect(rest).toEqual({ status, type: 'application/json' })
    expect(JSON.parse(body!)).toEqual({ error: status >= 500 ? 'server_error' : 'invalid_request' })
    expect((await get()).headers.get('retry-after')).toBe('9')
  })

  it('is a page of HTML', async () => {
    expect(await outcome({ answer: 'html' })).toMatchObject({
      status: 200,
      type: 'text/html',
      body: expect.stringMatching(/^<!doctype html>/),
    })
  })

  it('is the wrong content type', async () => {
    expect(await outcome({ answer: 'wrongType' })).toEqual({
      status: 200,
      type: 'text/html',
      body: document(),
    })
    expect(await outcome({ headers: { 'Content-Type': 'image/png' } })).toMatchObject({ type: 'image/png' })
  })

  it('is truncated JSON that ends as if it were whole', async () => {
    const { status, type, body } = await outcome({ answer: 'truncated' })
    expect({ status, type }).toEqual({ status: 200, type: JWK_SET })
    expect(document().startsWith(body!)).toBe(true)
    expect(() => JSON.parse(body!) as unknown).toThrow(SyntaxError)
  })

  it('is nothing, noise, or JSON of another kind', async () => {
    expect(await outcome({ answer: 'empty' })).toEqual({ status: 200, type: JWK_SET, body: '' })
    const { body } = await outcome({ answer: 'noise' })
    expect(() => JSON.parse(body!) as unknown).toThrow(SyntaxError)
    expect(await outcome({ answer: 'notADocument' })).toMatchObject({ status: 200, body: '["keys"]' })
  })

  it('is the right document and 1 MiB long', async () => {
    const { body } = await outcome({ answer: 'huge' })
    expect(Buffer.byteLength(body!)).toBe(1024 * 1024)
    expect(JSON.parse(body!)).toEqual(issuer.jwks())
  })

  it('is a body that never ends', async () => {
    server.misbehave({ answer: 'endless' })
    const response = await get()
    let received = 0
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      received += chunk.length
      if (received > 4 * 1024 * 1024) break
    }
    expect(received).toBeGreaterThan(4 * 1024 * 1024)
  })

  it('is a body of the tests own: text, octets or an object', async () => {
    expect(await outcome({ body: 'text' })).toMatchObject({ status: 200, body: 'text' })
    expect(await outcome({ body: Buffer.from('octets') })).toMatchObject({ body: 'octets' })
    expect(await outcome({ body: { keys: [] }, status: 203 })).toMatchObject({
      status: 203,
      body: '{"keys":[]}',
    })
  })

  it('is a redirect', async () => {
    server.misbehave({ redirect: 'https://elsewhere.test/' })
    const { status, headers } = await get()
    expect([status, headers.get('location')]).toEqual([302, 'https://elsewhere.test/'])
    server.misbehave({ redirect: '/jwks', status: 307 })
    expect((await get()).status).toBe(307)
  })
})

describe('a fault of the way', () => {
  it('is a connection that is dropped before or in the answer', async () => {
    expect(await outcome({ answer: 'drop' })).toMatchObject({ status: undefined })
    expect(await outcome({ answer: 'dropInBody' })).toMatchObject({ status: 200, body: undefined })
  })

  it('is an answer that never comes, or stops half way', async () => {
    server.misbehave({ answer: 'hang' })
    const silent = fetch(server.jwksUri, { signal: AbortSignal.timeout(50) })
    await expect(silent).rejects.toMatchObject({ name: 'TimeoutError' })
    server.misbehave({ answer: 'hangInBody' })
    const half = await fetch(server.jwksUri, { signal: AbortSignal.timeout(50) })
    expect(half.status).toBe(200)
    await expect(half.text()).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it('is a delay in milliseconds', async () => {
    const started = performance.now()
    expect(await outcome({ delay: 80 })).toMatchObject({ status: 200, body: document() })
    expect(performance.now() - started).toBeGreaterThanOrEqual(79)
  })

  it('is a delay that the test ends', async () => {
    let open = () => {}
    const gate = new Promise<void>((resolve) => (open = resolve))
    server.clearRequests()
    server.misbehave({ delay: gate, status: 503 })
    let answered = 0
    const asked = Array.from({ length: 20 }, () => get().then(() => answered++))
    await server.waitForRequests(20)
    expect(answered).toBe(0)
    open()
    await Promise.all(asked)
    expect(answered).toBe(20)
  })

  it('is a body in drips of one octet', async () => {
    const started = performance.now()
    server.misbehave({ drip: 2, body: 'fifteen octets.' })
    const response = await get()
    const chunks: string[] = []
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      chunks.push(Buffer.from(chunk).toString())
    }
    expect(chunks.join('')).toBe('fifteen octets.')
    expect(chunks.length).toBeGreaterThan(1)
    expect(performance.now() - started).toBeGreaterThanOrEqual(28)
  })
})

describe('how long a fault lasts', () => {
  it('is until the server recovers', async () => {
    server.misbehave({ status: 500 })
    expect([(await get()).status, (await get()).status]).toEqual([500, 500])
    server.recover()
    expect((await get()).status).toBe(200)
  })

  it('is as many requests as it is told, newest fault first', async () => {
    server.misbehave({ status: 500 })
    server.misbehave({ status: 503, times: 2 })
    const statuses = []
    for (let asked = 0; asked < 4; asked++) statuses.push((await get()).status)
    expect(statuses).toEqual([503, 503, 500, 500])
  })

  it('is for the documents that it is told', async () => {
    const paths = [
      '/jwks',
      '/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server',
      '/x',
    ]
    const statuses = () => Promise.all(paths.map(async (path) => (await get(path)).status))
    server.misbehave({ on: 'jwks', status: 500 })
    expect(await statuses()).toEqual([500, 200, 200, 404])
    server.recover()
    server.misbehave({ on: 'metadata', status: 500 })
    expect(await statuses()).toEqual([200, 500, 500, 404])
    server.recover()
    server.misbehave({ on: 'openid', status: 404 })
    expect(await statuses()).toEqual([200, 404, 200, 404])
    server.misbehave({ status: 500 })
    expect(await statuses()).toEqual([500, 500, 500, 500])
  })

  it('outlives a restart', async () => {
    server.misbehave({ status: 500 })
    await server.stop()
    await server.start()
    expect((await get()).status).toBe(500)
  })
})

it.each<Fault>([
  { answer: 'hang' },
  { answer: 'hangInBody' },
  { answer: 'endless' },
  { drip: 10_000 },
  { delay: 100_000 },
  { delay: new Promise(() => {}) },
])('closes in the middle of %j', async (fault) => {
  const other = await startJwksServer(issuer)
  other.misbehave(fault)
  const asked = fetch(other.jwksUri).then((response) => response.text())
  const failed = expect(asked).rejects.toThrow()
  await other.waitForRequests(1)
  await other.close()
  await failed
})

it('says in its answer that an issuer could not be read', async () => {
  const broken = {
    url: 'https://own.test',
    jwks: () => {
      throw new Error('no keys today')
    },
  }
  const other = await startJwksServer(broken)
  const response = await fetch(other.jwksUri)
  expect([response.status, await response.text()]).toEqual([500, 'Error: no keys today'])
  await other.close()
})
