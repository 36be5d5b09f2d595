import { Agent } from 'node:http'
import { ConfigurationError, remoteJwks, type RemoteJwksOptions, type RemoteKeys } from '@portcullis/core'
import { JwksClient } from 'jwks-rsa'
import { drop, hang, jwks, status } from './support/answers.js'
import { closeScenes, createTestClock, openScene } from './support/scene.js'
import { createSigner } from './support/signer.js'

const opened: RemoteKeys[] = []
const open = (uri: string, options: RemoteJwksOptions) => {
  const keys = remoteJwks(uri, options)
  opened.push(keys)
  return keys
}

afterEach(async () => {
  for (const keys of opened.splice(0)) keys.close()
  await closeScenes()
})

describe("the user's own JwksClient", () => {
  it('fetches the keys, with its headers and its agent', async () => {
    const { server } = await openScene()
    let connections = 0
    class CountingAgent extends Agent {
      override createConnection(...parts: Parameters<Agent['createConnection']>) {
        connections++
        return super.createConnection(...parts)
      }
    }
    const client = new JwksClient({
      jwksUri: server.jwksUri,
      requestHeaders: { 'x-api-key': 'k' },
      requestAgent: new CountingAgent(),
    })
    const keys = open(server.jwksUri, { client })
    await keys.ready()
    expect(keys.keyIds()).toEqual(['first'])
    expect(server.asked[0]?.headers).toHaveProperty('x-api-key', 'k')
    expect(connections).toBe(1)
  })

  it('does not bring its own cache and rate limit', async () => {
    const { server } = await openScene()
    const clock = createTestClock()
    const client = new JwksClient({
      jwksUri: server.jwksUri,
      cache: true,
      rateLimit: true,
      jwksRequestsPerMinute: 1,
    })
    const keys = open(server.jwksUri, { client, clock: clock.now })
    for (let refresh = 1; refresh <= 5; refresh++) {
      await keys.ready()
      expect(server.count()).toBe(refresh)
      clock.advance(600)
    }
  })

  it.each([
    ['hangs', hang, 'did not answer within 0.2 s'],
    ['drops the connection', drop, 'failed with ECONNRESET'],
    ['answers 500', status(500), 'failed; see the cause of the error'],
  ])('is subject to the same outage rules when the endpoint %s', async (_, answer, problem) => {
    const { server } = await openScene()
    const clock = createTestClock()
    const client = new JwksClient({ jwksUri: server.jwksUri })
    const keys = open(server.jwksUri, { client, clock: clock.now, timeout: 0.2 })
    await keys.ready()
    server.answer(answer)
    clock.advance(601)
    expect(await keys.find({ alg: 'ES256', kid: 'first' })).toBeDefined()
    expect(keys.status()).toMatchObject({ phase: 'stale', failures: 1, lastError: problem })
    clock.advance(86_400)
    await expect(keys.ready()).rejects.toMatchObject({ code: 'keys_unavailable' })
  })

  it.each([
    ['undefined', undefined],
    ['no list', { keys: [] }],
    ['too many', Array(101).fill(createSigner('one').jwk)],
    ['what cannot be written as JSON', [{ ...createSigner('one').jwk, n: 1n }]],
  ])('may answer with %s, which is a failed fetch and no crash', async (_, answer) => {
    const keys = open('https://id.example.com/jwks', { client: { getKeys: () => Promise.resolve(answer) } })
    await expect(keys.ready()).rejects.toMatchObject({ code: 'keys_unavailable' })
  })

  it('must be for the address that is given', async () => {
    const client = new JwksClient({ jwksUri: 'https://id.example.com/other' })
    expect(() => remoteJwks('https://id.example.com/jwks', { client })).toThrow(ConfigurationError)
    expect(() => remoteJwks('https://id.example.com/jwks', { client })).toThrow(/another jwksUri/)
    await Promise.resolve()
  })
})

describe('the interceptor of a JwksClient', () => {
  const intercepted = createSigner('intercepted')

  it('adds its keys to those of the endpoint, and comes first', async () => {
    const { server, signer } = await openScene()
    const replaced = createSigner('first')
    const client = new JwksClient({
      jwksUri: server.jwksUri,
      getKeysInterceptor: () => Promise.resolve([intercepted.jwk, replaced.jwk] as never),
    })
    const keys = open(server.jwksUri, { client })
    server.answer(jwks([signer.jwk, createSigner('second').jwk]))
    await keys.ready()
    expect(keys.keyIds()).toEqual(['intercepted', 'first', 'second'])
    expect(keys.status().refused).toEqual([])
  })

  it.each([
    ['fails', status(500)],
    ['hangs', hang],
  ])('does for the whole set while the endpoint %s from the start', async (_, answer) => {
    const { server } = await openScene()
    server.answer(answer)
    const client = new JwksClient({
      jwksUri: server.jwksUri,
      getKeysInterceptor: () => Promise.resolve([intercepted.jwk] as never),
    })
    const keys = open(server.jwksUri, { client, timeout: 0.4 })
    await keys.ready()
    expect(keys.status()).toMatchObject({ phase: 'fresh', keyIds: ['intercepted'] })
    expect(keys.status().lastError).toBeDefined()
  })

  it('does not push out the keys of an endpoint that begins to fail', async () => {
    const { server } = await openScene()
    const clock = createTestClock()
    const client = new JwksClient({
      jwksUri: server.jwksUri,
      getKeysInterceptor: () => Promise.resolve([intercepted.jwk] as never),
    })
    const keys = open(server.jwksUri, { client, clock: clock.now })
    await keys.ready()
    server.answer(status(500))
    clock.advance(601)
    await keys.ready()
    expect(keys.status()).toMatchObject({ phase: 'stale', keyIds: ['intercepted', 'first'] })
  })
})
