import 'reflect-metadata'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { localJwks } from '@portcullis/core'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import { ADAPTERS, type Service } from './support/adapters.js'
import {
  CLIENT,
  MUTUAL_TLS_CLIENT,
  RESOURCE,
  startAuthorizationServer,
  type AuthorizationServer,
} from './support/authorization-server.js'
import { createCertificate, fetchWith, type TestCertificate } from './support/tls.js'

let as: AuthorizationServer
let metadata: oauth.AuthorizationServer

beforeAll(async () => {
  as = await startAuthorizationServer()
  const issuer = new URL(as.issuer)
  const response = await oauth.discoveryRequest(issuer, { [oauth.customFetch]: fetchWith() })
  metadata = await oauth.processDiscoveryResponse(issuer, response)
}, 120_000)
afterAll(() => as.server.close())

interface Binding {
  readonly DPoP?: oauth.DPoPHandle
  readonly certificate?: TestCertificate
}

/** A token of oidc-provider, bound to what it is asked with. */
async function getToken({ DPoP, certificate }: Binding): Promise<string> {
  const { client_secret, ...client } = certificate === undefined ? CLIENT : MUTUAL_TLS_CLIENT
  const parameters = new URLSearchParams({ scope: 'orders:read', resource: RESOURCE })
  const options = { [oauth.customFetch]: fetchWith(certificate), ...(DPoP === undefined ? {} : { DPoP }) }
  const answer = await oauth.clientCredentialsGrantRequest(
    metadata,
    client,
    oauth.ClientSecretBasic(client_secret),
    parameters,
    options,
  )
  return (await oauth.processClientCredentialsResponse(metadata, client, answer)).access_token
}

const keyPairs = new Map<string, ReturnType<typeof generateKeyPair>>()

/** A key of the client's, made once: RSA takes its time. */
function keyPairOf(alg: string): ReturnType<typeof generateKeyPair> {
  const made = keyPairs.get(alg) ?? generateKeyPair(alg, { extractable: true })
  keyPairs.set(alg, made)
  return made
}

const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { cnf: Record<string, string> }

describe.each(Object.entries(ADAPTERS))('%s', (_, start) => {
  let service: Service
  let orders: string
  beforeAll(async () => {
    service = await start({
      issuer: as.issuer,
      audience: RESOURCE,
      keys: localJwks(as.jwks),
      profile: 'at+jwt',
      dpop: { mode: 'optional', nonceSecret: randomBytes(32) },
      mutualTls: 'optional',
    })
    orders = `${service.url}/orders`
  })
  afterAll(() => service.close())

  const ask = async (headers: Readonly<Record<string, string>>, certificate?: TestCertificate) => {
    const response = await fetchWith(certificate)(orders, { headers })
    return { status: response.status, headers: response.headers, body: (await response.json()) as object }
  }
  const refused = (code: string) => ({ status: 401, body: expect.objectContaining({ code }) as object })

  describe('a token that is bound by DPoP', () => {
    let DPoP: oauth.DPoPHandle
    let token: string
    const newKey = async () => oauth.DPoP({ [oauth.clockSkew]: 0 }, await oauth.generateKeyPair('ES256'))
    beforeAll(async () => {
      DPoP = await newKey()
      token = await getToken({ DPoP })
    })
    const askWith = (handle: oauth.DPoPHandle, fetch: ReturnType<typeof fetchWith> = fetchWith()) =>
      oauth.protectedResourceRequest(token, 'GET', new URL(`${orders}?page=1`), undefined, null, {
        DPoP: handle,
        [oauth.customFetch]: fetch,
      })

    test('passes with the proofs of oauth4webapi, which is told the nonce by its first attempt', async () => {
      const first = await askWith(DPoP).catch((error: unknown) => error)
      expect(oauth.isDPoPNonceError(first)).toBe(true)
      const response = await askWith(DPoP)
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({ subject: CLIENT.client_id })
      expect((await askWith(DPoP)).status).toBe(200)
    })

    test('does not pass when the same request is sent again', async () => {
      const captured: [string, Parameters<ReturnType<typeof fetchWith>>[1]][] = []
      const wiretapped: ReturnType<typeof fetchWith> = (url, options) => {
        captured.push([url, options])
        return fetchWith()(url, options)
      }
      expect((await askWith(DPoP, wiretapped)).status).toBe(200)
      const again = await fetchWith()(...captured[0]!)
      expect(await again.json()).toMatchObject({ code: 'dpop_proof_replayed' })
      expect(again.status).toBe(401)
    })

    test('does not pass as a bearer token, nor without a proof, nor with the key of somebody else', async () => {
      expect(await ask({ authorization: `Bearer ${token}` })).toMatchObject(refused('proof_required'))
      expect(await ask({ authorization: `DPoP ${token}` })).toMatchObject(refused('dpop_proof_invalid'))
      const attempt = await askWith(await newKey()).catch((error: unknown) => error)
      expect(attempt).toBeInstanceOf(oauth.WWWAuthenticateChallengeError)
      const { response, cause } = attempt as oauth.WWWAuthenticateChallengeError
      expect(await response.json()).toMatchObject({ code: 'proof_key_mismatch' })
      expect(cause.map(({ scheme }) => scheme)).toEqual(['bearer', 'dpop'])
      expect(cause[1]?.parameters).toMatchObject({
        error: 'invalid_token',
        algs: expect.stringContaining('ES256'),
      })
    })
  })

  test.each(['ES256', 'EdDSA', 'PS256'])(
    'a proof that jose makes by %s passes, once and for its key only',
    async (alg) => {
      const { publicKey, privateKey } = await keyPairOf(alg)
      const jwk = await exportJWK(publicKey)
      const prove = (token: string | undefined, url: string, nonce?: string) => {
        const ath = token === undefined ? undefined : createHash('sha256').update(token).digest('base64url')
        const htm = token === undefined ? 'POST' : 'GET'
        return new SignJWT({ jti: randomUUID(), htm, htu: url, ath, nonce })
          .setProtectedHeader({ typ: 'dpop+jwt', alg, jwk })
          .setIssuedAt()
          .sign(privateKey)
      }
      const token = await getTokenWithProof((url) => prove(undefined, url))
      expect(claimsOf(token).cnf).toEqual({ jkt: await calculateJwkThumbprint(jwk) })
      const first = await ask({ authorization: `DPoP ${token}`, dpop: await prove(token, orders) })
      expect(first).toMatchObject(refused('dpop_nonce_required'))
      const nonce = first.headers.get('dpop-nonce')!
      const dpop = await prove(token, orders, nonce)
      expect(await ask({ authorization: `DPoP ${token}`, dpop })).toMatchObject({ status: 200 })
      expect(await ask({ authorization: `DPoP ${token}`, dpop })).toMatchObject(
        refused('dpop_proof_replayed'),
      )
      const elsewhere = await prove(token, `${service.url}/payments`, nonce)
      expect(await ask({ authorization: `DPoP ${token}`, dpop: elsewhere })).toMatchObject(
        refused('dpop_proof_invalid'),
      )
    },
  )

  describe('a token that is bound to a client certificate', () => {
    const own = createCertificate('warehouse')
    const thief = createCertificate('thief')
    let headers: { authorization: string }
    beforeAll(async () => {
      const token = await getToken({ certificate: own })
      expect(Object.keys(claimsOf(token).cnf)).toEqual(['x5t#S256'])
      headers = { authorization: `Bearer ${token}` }
    })

    test('passes on a connection with that certificate', async () => {
      const answer = await ask(headers, own)
      expect(answer).toMatchObject({ status: 200, body: { subject: MUTUAL_TLS_CLIENT.client_id } })
    })

    test('does not pass with another certificate, nor with none', async () => {
      expect(await ask(headers, thief)).toMatchObject(refused('certificate_mismatch'))
      expect(await ask(headers)).toMatchObject(refused('certificate_mismatch'))
    })

    test('does not pass with the certificate in a header that anybody could send', async () => {
      const field = { 'client-cert': `:${own.der.toString('base64')}:` }
      expect(await ask({ ...headers, ...field })).toMatchObject(refused('certificate_mismatch'))
    })
  })

  test('an unbound token is a bearer token still', async () => {
    const token = await getToken({})
    expect(await ask({ authorization: `Bearer ${token}` })).toMatchObject({ status: 200 })
    expect(await ask({ authorization: `DPoP ${token}` })).toMatchObject(refused('token_not_bound'))
  })
})

/** The same as {@link getToken}, with a proof of one's own making. */
async function getTokenWithProof(prove: (url: string) => Promise<string>): Promise<string> {
  const url = metadata.token_endpoint!
  const basic = Buffer.from(`${CLIENT.client_id}:${CLIENT.client_secret}`).toString('base64')
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    scope: 'orders:read',
    resource: RESOURCE,
  })
  const headers = {
    authorization: `Basic ${basic}`,
    'content-type': 'application/x-www-form-urlencoded',
    dpop: await prove(url),
  }
  const response = await fetchWith()(url, { method: 'POST', headers, body })
  return ((await response.json()) as { access_token: string }).access_token
}
