import { createAuthenticator, createVerifier, nodeRequest, type AuthError } from '@portcullis/core'
/* eslint-disable @typescript-eslint/no-deprecated -- plain http, on loopback */
import { generateKeyPairSync, randomBytes, webcrypto } from 'node:crypto'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import {
  createApiKeys,
  createClientSecret,
  createIssuer,
  createKeyRing,
  staticClients,
  toNodeHandler,
  TOKEN_EXCHANGE,
  type Issuer,
} from '@portcullis/issuer'
import { start, type Started } from '../../../test/support/start.ts'

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const orders = createClientSecret()
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const apiKeys = createApiKeys({ prefix: 'acme_test' })
let issuer: Issuer
let server: Started

beforeAll(async () => {
  server = await start((url) => {
    const id = `${url}/tenant`
    const clients = staticClients([
      {
        id: 'orders:service',
        authentication: { method: 'client_secret', secrets: [{ digest: orders.digest }] },
        grants: ['client_credentials', 'refresh_token', TOKEN_EXCHANGE],
        access: { 'inventory-api': ['stock:read', 'stock:write'], 'orders-api': ['stock:read'] },
        audiences: ['orders-api'],
      },
      {
        id: 'signer',
        authentication: {
          method: 'private_key_jwt',
          jwks: { keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'one' }] },
        },
        grants: ['client_credentials'],
        access: { 'inventory-api': ['stock:read'] },
      },
      {
        id: 'app',
        authentication: { method: 'none' },
        grants: ['refresh_token'],
        access: { 'orders-api': ['stock:read'] },
      },
      {
        id: 'keyed',
        authentication: { method: 'api_key' },
        grants: ['client_credentials'],
        access: { 'inventory-api': ['stock:read'] },
      },
    ])
    const dpop = { mode: 'optional', nonceSecret: randomBytes(32) } as const
    issuer = createIssuer({ issuer: id, keyRing: createKeyRing(), clients, apiKeys, dpop })
    return toNodeHandler(issuer.handler)
  })
})
afterAll(() => server.close())

const signIn = () =>
  issuer.signIn({ subject: 'alice', clientId: 'orders:service', audience: 'orders-api', roles: ['clerk'] })
const privateKey = () =>
  webcrypto.subtle.importKey(
    'pkcs8',
    pair.privateKey.export({ type: 'pkcs8', format: 'der' }),
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['sign'],
  )

describe.each([
  ['client_secret_basic', openid.ClientSecretBasic(orders.secret)],
  ['client_secret_post', openid.ClientSecretPost(orders.secret)],
])('openid-client with %s', (_, authentication) => {
  const discover = () =>
    openid.discovery(new URL(`${server.url}/tenant`), 'orders:service', undefined, authentication, {
      algorithm: 'oauth2',
      execute: [openid.allowInsecureRequests],
    })

  test('discovers, gets a token that core verifies, exchanges, introspects and revokes', async () => {
    const config = await discover()
    const own = await openid.clientCredentialsGrant(config, {
      audience: 'inventory-api',
      scope: 'stock:read',
    })
    const verify = createVerifier({
      issuer: `${server.url}/tenant`,
      audience: 'inventory-api',
      profile: 'at+jwt',
    })
    expect((await verify(own.access_token)).subject).toBe('orders:service')
    expect(own.refresh_token).toBeUndefined()

    const { accessToken } = await signIn()
    const exchanged = await openid.genericGrantRequest(config, TOKEN_EXCHANGE, {
      subject_token: accessToken,
      subject_token_type: ACCESS_TOKEN,
      audience: 'inventory-api',
    })
    const { subject, claims } = await verify(exchanged.access_token)
    expect([subject, claims.act]).toEqual(['alice', { sub: 'orders:service' }])

    expect(await openid.tokenIntrospection(config, own.access_token)).toMatchObject({
      active: true,
      scope: 'stock:read',
    })
    await openid.tokenRevocation(config, own.access_token)
    expect(await openid.tokenIntrospection(config, own.access_token)).toEqual({ active: false })
  })

  test('refreshes, and is refused once the token is revoked', async () => {
    const config = await discover()
    const { refreshToken = '' } = await signIn()
    const next = await openid.refreshTokenGrant(config, refreshToken)
    expect(next.refresh_token).not.toBe(refreshToken)
    await openid.tokenRevocation(config, next.refresh_token!)
    await expect(openid.refreshTokenGrant(config, next.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })
})

test('openid-client binds its tokens by DPoP, finds out about the nonce, and refreshes with its key only', async () => {
  const discover = (id: string, authentication: openid.ClientAuth) =>
    openid.discovery(new URL(`${server.url}/tenant`), id, undefined, authentication, {
      algorithm: 'oauth2',
      execute: [openid.allowInsecureRequests],
    })
  const config = await discover('orders:service', openid.ClientSecretBasic(orders.secret))
  const keys = await openid.randomDPoPKeyPair('ES256')
  const DPoP = openid.getDPoPHandle(config, keys)
  const own = await openid.clientCredentialsGrant(config, { audience: 'inventory-api' }, { DPoP })
  expect(own.token_type).toBe('dpop')
  expect(await openid.tokenIntrospection(config, own.access_token)).toMatchObject({
    active: true,
    token_type: 'DPoP',
    cnf: { jkt: await DPoP.calculateThumbprint() },
  })
  const { accessToken } = await signIn()
  const exchanged = await openid.genericGrantRequest(
    config,
    TOKEN_EXCHANGE,
    { subject_token: accessToken, subject_token_type: ACCESS_TOKEN, audience: 'inventory-api' },
    { DPoP },
  )
  expect(exchanged.token_type).toBe('dpop')

  const app = await discover('app', openid.None())
  const appKey = openid.getDPoPHandle(app, keys)
  const { refreshToken = '', tokenType } = await issuer.signIn({
    subject: 'alice',
    clientId: 'app',
    keyThumbprint: await appKey.calculateThumbprint(),
  })
  expect(tokenType).toBe('DPoP')
  const refused = expect.objectContaining({ error: 'invalid_grant' }) as Error
  const thief = openid.getDPoPHandle(app, await openid.randomDPoPKeyPair('ES256'))
  await expect(openid.refreshTokenGrant(app, refreshToken)).rejects.toEqual(refused)
  await expect(openid.refreshTokenGrant(app, refreshToken, {}, { DPoP: thief })).rejects.toEqual(refused)
  const next = await openid.refreshTokenGrant(app, refreshToken, {}, { DPoP: appKey })
  expect(next.token_type).toBe('dpop')
  await openid.tokenRevocation(app, next.refresh_token!)
  await expect(openid.refreshTokenGrant(app, next.refresh_token!, {}, { DPoP: appKey })).rejects.toEqual(
    refused,
  )
})

describe('oauth4webapi', () => {
  const insecure = { [oauth.allowInsecureRequests]: true }
  const discover = async () => {
    const url = new URL(`${server.url}/tenant`)
    const response = await oauth.discoveryRequest(url, { algorithm: 'oauth2', ...insecure })
    return oauth.processDiscoveryResponse(url, response)
  }

  test('gets a token by private_key_jwt, and by an API key in the place of a secret', async () => {
    const as = await discover()
    const get = async (client: oauth.Client, authentication: oauth.ClientAuth) => {
      const response = await oauth.clientCredentialsGrantRequest(as, client, authentication, {}, insecure)
      return oauth.processClientCredentialsResponse(as, client, response)
    }
    const signed = oauth.PrivateKeyJwt({ key: await privateKey(), kid: 'one' })
    expect((await get({ client_id: 'signer' }, signed)).scope).toBe('stock:read')
    const { key, id } = await apiKeys.create({ clientId: 'keyed' })
    expect((await get({ client_id: 'keyed' }, oauth.ClientSecretBasic(key))).scope).toBe('stock:read')
    await apiKeys.revoke(id)
    await expect(get({ client_id: 'keyed' }, oauth.ClientSecretPost(key))).rejects.toMatchObject({
      error: 'invalid_client',
      status: 401,
    })
  })

  test('refreshes, exchanges, introspects and revokes, and its own validation takes the tokens', async () => {
    const as = await discover()
    const client = { client_id: 'orders:service' }
    const authentication = oauth.ClientSecretBasic(orders.secret)
    const { accessToken, refreshToken = '' } = await signIn()
    const refreshed = await oauth.processRefreshTokenResponse(
      as,
      client,
      await oauth.refreshTokenGrantRequest(as, client, authentication, refreshToken, insecure),
    )
    const parameters = {
      subject_token: accessToken,
      subject_token_type: ACCESS_TOKEN,
      audience: 'inventory-api',
    }
    const exchanged = await oauth.processGenericTokenEndpointResponse(
      as,
      client,
      await oauth.genericTokenEndpointRequest(
        as,
        client,
        authentication,
        TOKEN_EXCHANGE,
        parameters,
        insecure,
      ),
    )
    const request = new Request('https://inventory.example.com/', {
      headers: { authorization: `Bearer ${exchanged.access_token}` },
    })
    expect(await oauth.validateJwtAccessToken(as, request, 'inventory-api', insecure)).toMatchObject({
      sub: 'alice',
    })

    const introspect = async (token: string) =>
      oauth.processIntrospectionResponse(
        as,
        client,
        await oauth.introspectionRequest(as, client, authentication, token, insecure),
      )
    const token = refreshed.refresh_token!
    expect(await introspect(token)).toMatchObject({ active: true, sub: 'alice' })
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(as, client, authentication, token, insecure),
    )
    expect(await introspect(token)).toEqual({ active: false })
  })
})

test('a token that oauth4webapi had bound opens a service of core with its proofs, and not without', async () => {
  const insecure = { [oauth.allowInsecureRequests]: true }
  const url = new URL(`${server.url}/tenant`)
  const as = await oauth.processDiscoveryResponse(
    url,
    await oauth.discoveryRequest(url, { algorithm: 'oauth2', ...insecure }),
  )
  expect(as.dpop_signing_alg_values_supported).toContain('ES256')
  const client = { client_id: 'orders:service' }
  const DPoP = oauth.DPoP({}, await oauth.generateKeyPair('ES256'))
  const ask = async () => {
    const parameters = { audience: 'inventory-api' }
    const authentication = oauth.ClientSecretBasic(orders.secret)
    const options = { DPoP, ...insecure }
    return oauth.processClientCredentialsResponse(
      as,
      client,
      await oauth.clientCredentialsGrantRequest(as, client, authentication, parameters, options),
    )
  }
  const first: unknown = await ask().catch((error: unknown) => error)
  expect(oauth.isDPoPNonceError(first)).toBe(true)
  const { access_token: token } = await ask()

  const authenticate = createAuthenticator({
    issuer: as.issuer,
    audience: 'inventory-api',
    profile: 'at+jwt',
    dpop: 'required',
  })
  const service = await start((address) => (request, response) => {
    authenticate(nodeRequest(request, () => address + (request.url ?? ''))).then(
      ({ subject }) => response.end(subject),
      (error: unknown) => response.writeHead((error as AuthError).status).end(),
    )
  })
  const stock = new URL('/stock', service.url)
  const answer = await oauth.protectedResourceRequest(token, 'GET', stock, undefined, undefined, {
    DPoP,
    ...insecure,
  })
  expect([answer.status, await answer.text()]).toEqual([200, 'orders:service'])
  const stolen = await fetch(stock, { headers: { authorization: `Bearer ${token}` } })
  expect(stolen.status).toBe(401)
  await service.close()
})

test('the metadata name what is there, and may be kept', async () => {
  const url = `${server.url}/.well-known/oauth-authorization-server/tenant`
  const response = await fetch(url)
  const metadata = (await response.json()) as Record<string, unknown>
  expect(metadata.issuer).toBe(`${server.url}/tenant`)
  expect(response.headers.get('cache-control')).toBe('public, max-age=300')
  for (const name of ['token_endpoint', 'revocation_endpoint', 'introspection_endpoint']) {
    expect((await fetch(metadata[name] as string, { method: 'POST' })).status).toBe(400)
  }
  const jwks = (await (await fetch(metadata.jwks_uri as string)).json()) as { keys: object[] }
  for (const key of jwks.keys)
    expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  const etag = response.headers.get('etag')!
  expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304)
})
