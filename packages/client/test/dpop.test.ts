import { createAuthenticator, nodeRequest, type AuthError } from '@portcullis/core'
import { authorizedFetch, ownSigner, publicClient } from '@portcullis/client'
import { createSigner } from '@portcullis/issuer'
import { generateKeyPairSync } from 'node:crypto'
import { calculateJwkThumbprint, decodeJwt } from 'jose'
import { setUp, type Bench } from './support/bench.ts'
import { start, type Started } from '../../../test/support/start.ts'

const nonceSecret = new Uint8Array(32).fill(7)
let bench: Bench
let service: Started
const seen: { readonly status: number; readonly nonce: unknown }[] = []
let needsNonce = false

beforeAll(async () => {
  bench = await setUp({ dpop: { mode: 'optional', nonceSecret } })
  const rules = {
    issuer: bench.url,
    audience: 'inventory-api',
    profile: 'at+jwt',
    clock: bench.clock,
  } as const
  const strict = createAuthenticator({
    ...rules,
    dpop: { mode: 'required', nonceSecret: new Uint8Array(32).fill(8) },
  })
  const easy = createAuthenticator({ ...rules, dpop: 'required' })
  service = await start((url) => (request, response) => {
    const proof = request.headers.dpop as string | undefined
    const nonce = proof === undefined ? undefined : decodeJwt(proof).nonce
    const answer = (status: number, headers: Readonly<Record<string, string>>, text = '') => {
      seen.push({ status, nonce })
      response.writeHead(status, headers).end(text)
    }
    request.resume()
    ;(needsNonce ? strict : easy)(nodeRequest(request, () => url + (request.url ?? ''))).then(
      ({ subject }) => {
        answer(200, {}, subject)
      },
      (error: unknown) => {
        answer((error as AuthError).status, (error as AuthError).headers)
      },
    )
  })
})
beforeEach(() => {
  seen.length = 0
  bench.asked.length = 0
  needsNonce = false
})
afterAll(async () => {
  await service.close()
  await bench.close()
})

test('a bound token is got with the nonce of the issuer, and every request has a proof of its own', async () => {
  const source = bench.source({ dpop: true })
  const call = authorizedFetch(source, { origins: [service.url] })
  for (const path of ['/stock?item=1', '/stock', '/stock']) {
    const response = await call(service.url + path, { method: 'post', body: 'x' })
    expect([response.status, await response.text()]).toEqual([200, 'orders:service'])
  }
  expect(bench.tokenRequests()).toBe(2)
  expect((await source.getToken()).tokenType).toBe('DPoP')
})

test('the nonce of a service is taken, the request sent once more, and the nonce kept for its origin', async () => {
  needsNonce = true
  const call = authorizedFetch(bench.source({ dpop: true }), { origins: [service.url] })
  expect((await call(service.url)).status).toBe(200)
  expect((await call(service.url)).status).toBe(200)
  expect(seen.map(({ status }) => status)).toEqual([401, 200, 200])
  expect(seen[1]!.nonce).toBe(seen[2]!.nonce)
  expect(bench.tokenRequests()).toBe(2)
})

test('a body that is a stream is not sent twice, and the nonce is known for the next request', async () => {
  needsNonce = true
  const call = authorizedFetch(bench.source({ dpop: true }), { origins: [service.url] })
  const stream = () => new Blob(['x']).stream()
  const send = () => call(service.url, { method: 'POST', body: stream(), duplex: 'half' })
  expect((await send()).status).toBe(401)
  expect((await send()).status).toBe(200)
  expect(seen).toHaveLength(2)
})

test('a service that wants a new nonce for ever is asked twice', async () => {
  let count = 0
  const endless = await start(() => (_request, response) => {
    response
      .writeHead(401, { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': `n${++count}` })
      .end()
  })
  const call = authorizedFetch(bench.source({ dpop: true }), { origins: [endless.url] })
  expect((await call(endless.url)).status).toBe(401)
  expect(count).toBe(2)
  await endless.close()
})

test.each(['a b', 'x'.repeat(257), 'a"b'])('a nonce that is none is not taken', async (nonce) => {
  let count = 0
  const odd = await start(() => (_request, response) => {
    count++
    response.writeHead(401, { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': nonce }).end()
  })
  expect((await authorizedFetch(bench.source({ dpop: true }), { origins: [odd.url] })(odd.url)).status).toBe(
    401,
  )
  expect(count).toBe(1)
  await odd.close()
})

test('a key of its own outlives the process: a sign-in that is bound to it is refreshed', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const keyThumbprint = await calculateJwkThumbprint(publicKey.export({ format: 'jwk' }))
  const { refreshToken = '' } = await bench.issuer.signIn({
    subject: 'alice',
    clientId: 'app',
    keyThumbprint,
  })
  let current = refreshToken
  const options = {
    clientId: 'app',
    credential: publicClient(),
    refreshToken: { load: () => current, save: (token: string) => (current = token) },
  }
  const thief = bench.source({ ...options, dpop: true })
  await expect(thief.getToken()).rejects.toMatchObject({ code: 'token_refused', oauthError: 'invalid_grant' })
  const owner = bench.source({ ...options, dpop: { key: privateKey, algorithm: 'ES256' } })
  const { token } = await owner.getToken()
  expect(decodeJwt(token)).toMatchObject({ sub: 'alice', cnf: { jkt: keyThumbprint } })
})

test('an issuer that binds no token to the key is refused', async () => {
  const lax = await setUp({ dpop: 'off' })
  await expect(lax.source({ dpop: true }).getToken()).rejects.toMatchObject({
    code: 'token_response_invalid',
  })
  await lax.close()
})

test('a service that signs for itself binds its tokens too', async () => {
  const signer = createSigner({ issuer: bench.url, keyRing: bench.keyRing, clock: bench.clock })
  const source = bench.source({ credential: ownSigner(signer), dpop: true })
  const response = await authorizedFetch(source, { origins: [service.url] })(service.url)
  expect(await response.text()).toBe('orders:service')
})

test.each(['Ed25519', 'PS256'] as const)('a key for %s makes proofs', async (algorithm) => {
  const { privateKey } =
    algorithm === 'Ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('rsa', { modulusLength: 2048 })
  const source = bench.source({ dpop: { key: privateKey, algorithm } })
  expect((await authorizedFetch(source, { origins: [service.url] })(service.url)).status).toBe(200)
})
