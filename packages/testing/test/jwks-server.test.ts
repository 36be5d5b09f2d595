import * as core from '@portcullis/core'
import { createTestIssuer, startJwksServer, type JwksServer, type TestIssuer } from '@portcullis/testing'

const servers: JwksServer[] = []
const start = async (...given: Parameters<typeof startJwksServer>) => {
  const server = await startJwksServer(...given)
  servers.push(server)
  return server
}
const newIssuer = (url?: string): Promise<TestIssuer> =>
  createTestIssuer({ algorithm: 'ES256', ...(url === undefined ? {} : { url }) })

interface Document {
  readonly issuer: string
  readonly jwks_uri: string
  readonly keys: readonly { readonly kid: string }[]
}
const json = async (url: string) => (await fetch(url)).json() as Promise<Document>

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

describe('discovery', () => {
  it.each(['openid', 'oauth'] as const)('finds the keys of an issuer by its %s metadata', async (kind) => {
    const issuer = await newIssuer()
    const server = await start(issuer, { metadata: [kind] })
    expect(issuer.url).toBe(server.url)
    const verify = core.createVerifier({ issuer: issuer.url, audience: issuer.audience })
    expect((await verify(issuer.token())).issuer).toBe(server.url)
    expect(server.count(kind)).toBe(1)
    expect(server.count('jwks')).toBe(1)
  })

  it('finds each of several issuers at its own address, with its own keys', async () => {
    const [one, two] = await Promise.all([newIssuer(), newIssuer()])
    const server = await start([one, two])
    const three = await newIssuer(`${server.url}/realms/three/`)
    server.serve(three)
    expect([one.url, two.url]).toEqual([server.url, `${server.url}/issuer-2`])
    for (const issuer of [one, two, three]) {
      const path = new URL(issuer.url).pathname.replace(/\/$/, '')
      const openid = await json(`${server.url}${path}/.well-known/openid-configuration`)
      expect(openid).toMatchObject({ issuer: issuer.url, jwks_uri: server.jwksUriOf(issuer) })
      expect(await json(`${server.url}/.well-known/oauth-authorization-server${path}`)).toEqual(openid)
      expect(await json(openid.jwks_uri)).toEqual(issuer.jwks())
    }
  })

  it('leaves an issuer with a url of its own where it is, and serves its keys', async () => {
    const issuer = await newIssuer('https://id.example.com')
    const server = await start(issuer)
    expect(issuer.url).toBe('https://id.example.com')
    expect(await json(server.jwksUri)).toEqual(issuer.jwks())
    expect((await json(`${server.url}/.well-known/openid-configuration`)).issuer).toBe(issuer.url)
    const verify = core.createVerifier({
      issuer: issuer.url,
      audience: issuer.audience,
      keys: core.remoteJwks(server.jwksUri),
    })
    await verify(issuer.token())
  })

  it('leaves an issuer where it moved to first', async () => {
    const issuer = await newIssuer()
    const first = await start(issuer)
    const second = await start(issuer)
    expect(issuer.url).toBe(first.url)
    expect(await json(second.jwksUri)).toEqual(issuer.jwks())
  })

  it('serves an object of ones own', async () => {
    const server = await start({ url: 'https://own.test', jwks: () => ({ keys: [{ kty: 'oct', k: 'AA' }] }) })
    expect(await json(server.jwksUri)).toEqual({ keys: [{ kty: 'oct', k: 'AA' }] })
  })
})

it('publishes a rotated key in the moment in which it signs', async () => {
  const issuer = await newIssuer()
  const server = await start(issuer)
  const id = await issuer.rotate()
  expect((await json(server.jwksUri)).keys.map(({ kid }) => kid)).toEqual(issuer.keyIds)
  expect(issuer.keyIds).toContain(id)
})

it('answers with the media types of its documents, and Cache-Control as it is told', async () => {
  const server = await start(await newIssuer(), { cacheControl: 'max-age=60' })
  const keys = await fetch(server.jwksUri)
  expect(keys.headers.get('content-type')).toBe('application/jwk-set+json')
  expect(keys.headers.get('cache-control')).toBe('max-age=60')
  const metadata = await fetch(`${server.url}/.well-known/openid-configuration`)
  expect(metadata.headers.get('content-type')).toBe('application/json')
  server.setCacheControl('no-store')
  expect((await fetch(server.jwksUri)).headers.get('cache-control')).toBe('no-store')
  server.setCacheControl(undefined)
  expect((await fetch(server.jwksUri)).headers.get('cache-control')).toBeNull()
})

it('has nothing elsewhere, and answers to GET only', async () => {
  const server = await start(await newIssuer())
  expect((await fetch(`${server.url}/elsewhere`)).status).toBe(404)
  expect((await fetch(server.jwksUri, { method: 'POST' })).status).toBe(405)
  const other = await newIssuer()
  expect(() => server.jwksUriOf(other)).toThrow(RangeError)
  const empty = await start()
  expect(() => empty.jwksUri).toThrow(RangeError)
})

describe('counting', () => {
  it('tells what was asked, by document and by path', async () => {
    const server = await start(await newIssuer())
    await fetch(server.jwksUri, { headers: { 'x-asked-by': 'a test' } })
    await fetch(`${server.jwksUri}?again`)
    await fetch(`${server.url}/.well-known/openid-configuration`)
    await fetch(`${server.url}/.well-known/oauth-authorization-server`)
    await fetch(`${server.url}/elsewhere`)
    expect(server.count()).toBe(5)
    expect(server.count('jwks')).toBe(2)
    expect(server.count('/jwks')).toBe(2)
    expect(server.count('metadata')).toBe(2)
    expect(server.count('openid')).toBe(1)
    expect(server.count('/elsewhere')).toBe(1)
    expect(server.count('/never')).toBe(0)
    expect(server.requests[0]).toMatchObject({ method: 'GET', path: '/jwks', document: 'jwks' })
    expect(server.requests[0]!.headers['x-asked-by']).toBe('a test')
    server.clearRequests()
    expect(server.count()).toBe(0)
    expect(server.requests).toEqual([])
  })

  it('can be waited for, answered or not', async () => {
    const server = await start(await newIssuer())
    server.misbehave({ answer: 'hang' })
    const two = server.waitForRequests(2, 'jwks')
    const asked = [fetch(server.jwksUri), fetch(server.jwksUri)].map((one) => one.catch(() => 'closed'))
    await two
    await server.waitForRequests(1)
    await server.close()
    expect(await Promise.all(asked)).toEqual(['closed', 'closed'])
  })
})

describe('stopping and starting', () => {
  it('refuses connections in between and comes back on the same port with its counts', async () => {
    const server = await start(await newIssuer())
    await fetch(server.jwksUri)
    await server.stop()
    await expect(fetch(server.jwksUri)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    await server.start()
    await server.start()
    expect((await fetch(server.jwksUri)).status).toBe(200)
    expect(server.count('jwks')).toBe(2)
    await server.stop()
    await server.stop()
  })

  it('is on the port that is asked for', async () => {
    const first = await start()
    const { port } = new URL(first.url)
    await first.close()
    expect((await start([], { port: Number(port) })).url).toBe(first.url)
  })

  it('ends with the block that uses it', async () => {
    let url: string
    {
      await using server = await startJwksServer(await newIssuer())
      url = server.jwksUri
      expect((await fetch(url)).status).toBe(200)
    }
    await expect(fetch(url)).rejects.toThrow()
  })
})
