import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createVerifier, type KeySource, type TrustedIssuerOptions } from '@portcullis/core'
import { createClock, NOW } from './support/clock.js'
import { refusalOf } from './support/failure.js'
import { createSigner, type Json } from './support/signer.js'

const signer = createSigner('ES256', 'tenant-key')

const running: (() => Promise<unknown>)[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((stop) => stop()))
})

/** An issuer on loopback, with its metadata and its keys. */
async function startIssuer() {
  const requests: string[] = []
  let origin = ''
  const server: Server = createServer((request, response) => {
    requests.push(request.url ?? '')
    const body = request.url?.includes('.well-known')
      ? { issuer: `${origin}/tenant`, jwks_uri: `${origin}/keys` }
      : { keys: [signer.jwk] }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const stop = () => new Promise((resolve) => server.close(resolve))
  running.push(stop)
  return { issuer: `${origin}/tenant`, requests, stop }
}

const tokenOf = (iss: string, more: Json = {}) =>
  signer.token({ iss, aud: 'orders', iat: NOW, exp: NOW + 86_400, ...more })

describe('keys that are discovered for a resolved issuer', () => {
  it('stay at hand when the issuer is resolved again while its endpoint is away', async () => {
    const { issuer, requests, stop } = await startIssuer()
    const clock = createClock()
    let trusted = true
    let resolutions = 0
    const verify = createVerifier({
      clock,
      resolveIssuer: (candidate) => {
        resolutions++
        return trusted && candidate === issuer ? { issuer, audience: 'orders' } : undefined
      },
    })
    await verify(tokenOf(issuer))
    const fetched = requests.length
    await stop()

    clock.advance(600)
    expect((await verify(tokenOf(issuer, { jti: 'second' }))).issuer).toBe(issuer)
    expect(resolutions).toBe(2)
    expect(requests).toHaveLength(fetched)

    trusted = false
    clock.advance(600)
    expect((await refusalOf(verify(tokenOf(issuer, { jti: 'third' })))).code).toBe('issuer_not_trusted')
  })

  it('go with the issuer when it loses its trust, and are fetched anew when it has it again', async () => {
    const { issuer, requests } = await startIssuer()
    const clock = createClock()
    let trusted = true
    const verify = createVerifier({
      clock,
      resolveIssuer: () => (trusted ? { issuer, audience: 'orders' } : undefined),
    })
    await verify(tokenOf(issuer))
    expect(requests).toHaveLength(2)
    trusted = false
    clock.advance(600)
    await refusalOf(verify(tokenOf(issuer)))
    trusted = true
    clock.advance(60)
    await verify(tokenOf(issuer))
    expect(requests).toHaveLength(4)
  })

  it('make place for keys that the resolver answers with', async () => {
    const { issuer } = await startIssuer()
    const clock = createClock()
    const asked: string[] = []
    const own: KeySource = {
      find(header) {
        asked.push(header.kid ?? '')
        return undefined
      },
    }
    let answer: TrustedIssuerOptions = { issuer, audience: 'orders' }
    const verify = createVerifier({ clock, resolveIssuer: () => answer })
    const token = tokenOf(issuer)
    await verify(token)
    answer = { ...answer, keys: own }
    clock.advance(600)
    expect((await refusalOf(verify(token))).code).toBe('key_unknown')
    expect(asked).toEqual(['tenant-key'])
  })
})
