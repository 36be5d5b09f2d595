import { inspect } from 'node:util'
import { createVerifier } from '@portcullis/core'
import { apiKey, clientSecret, ownSigner, privateKeyJwt, type TokenSourceOptions } from '@portcullis/client'
import { createSigner } from '@portcullis/issuer'
import { clientKey, SECRET, setUp, type Bench } from './support/bench.ts'

let bench: Bench
beforeAll(async () => {
  bench = await setUp()
})
afterAll(() => bench.close())

const verified = async (options: Partial<TokenSourceOptions>) => {
  const { token } = await bench.source(options).getToken()
  const verify = createVerifier({
    issuer: bench.url,
    audience: 'inventory-api',
    profile: 'at+jwt',
    clock: bench.clock,
  })
  return verify(token)
}

const CREDENTIALS: Readonly<Record<string, () => Promise<Partial<TokenSourceOptions>>>> = {
  'a client secret in the header': () => Promise.resolve({}),
  'a client secret in the body': () =>
    Promise.resolve({ credential: clientSecret(SECRET, { method: 'post' }) }),
  'a key of node:crypto': () =>
    Promise.resolve({
      clientId: 'signer',
      credential: privateKeyJwt({ key: clientKey.privateKey, algorithm: 'ES256', keyId: 'one' }),
    }),
  'a private JWK': () =>
    Promise.resolve({
      clientId: 'signer',
      credential: privateKeyJwt({
        key: { ...clientKey.privateKey.export({ format: 'jwk' }), alg: 'ES256', kid: 'one' },
      }),
    }),
  'an API key': async () => {
    const { key } = await bench.apiKeys.create({ clientId: 'keyed' })
    return { clientId: 'keyed', credential: apiKey(key) }
  },
}

test.each(Object.entries(CREDENTIALS))('a service gets a token by %s', async (_, options) => {
  const given = await options()
  const { subject, scopes } = await verified({ ...given, scope: 'stock:read' })
  expect([subject, scopes]).toEqual([given.clientId ?? 'orders:service', ['stock:read']])
})

test('a service that signs its tokens itself asks nobody', async () => {
  const before = bench.asked.length
  const signer = createSigner({ issuer: bench.url, keyRing: bench.keyRing, clock: bench.clock })
  const source = bench.source({ credential: ownSigner(signer, { roles: ['robot'] }), scope: ['stock:read'] })
  const { token } = await source.getToken()
  expect((await source.getToken()).token).toBe(token)
  expect(bench.asked).toHaveLength(before)
  const verify = createVerifier({ issuer: bench.url, audience: 'inventory-api', clock: bench.clock })
  expect((await verify(token)).claims).toMatchObject({ sub: 'orders:service', roles: ['robot'] })
})

test('what holds a secret does not show it', async () => {
  const source = bench.source()
  const token = await source.getToken()
  const jwk = clientKey.privateKey.export({ format: 'jwk' })
  const all = [
    clientSecret(SECRET),
    apiKey(SECRET),
    privateKeyJwt({ key: { ...jwk, alg: 'ES256' } }),
    source,
    token,
  ]
  const shown = all.map((each) => inspect(each, { depth: 9, showHidden: true }) + JSON.stringify(each)).join()
  for (const hidden of [SECRET, jwk.d!, token.token]) expect(shown).not.toContain(hidden)
  expect(token.token.split('.')).toHaveLength(3)
})
