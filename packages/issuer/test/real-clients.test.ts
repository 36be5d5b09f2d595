import { createVerifier } from '@portcullis/core'
/* eslint-disable @typescript-eslint/no-deprecated -- plain http, on loopback */
import { generateKeyPairSync, webcrypto } from 'node:crypto'
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
import { start, type Started } from './support/start.ts'

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
        id: 'keyed',
        authentication: { method: 'api_key' },
        grants: ['client_credentials'],
        access: { 'inventory-api': ['stock:read'] },
      },
    ])
    issuer = createIssuer({ issuer: id, keyRing: createKeyRing(), clients, apiKeys })
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
