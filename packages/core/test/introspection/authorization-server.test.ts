import { createAuthenticator, createVerifier, nodeRequest, type AuthError } from '@portcullis/core'
import { createTestClock } from '@portcullis/testing'
import * as oauth from 'oauth4webapi'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serviceProvider } from '../../../../test/support/oidc-provider.ts'
import { refusalOf } from './support/scene.js'

const RESOURCE = 'https://orders.example.com'
const SHOP = { client_id: 'shop', client_secret: 'shop-secret' } as const
const ORDERS = { client_id: 'orders-api', client_secret: 'orders-secret: 100 %' } as const

// eslint-disable-next-line @typescript-eslint/no-deprecated -- everything here is on loopback
const INSECURE = { [oauth.allowInsecureRequests]: true } as const

let issuer: string
let as: oauth.AuthorizationServer
const started: Server[] = []

async function listen(listener: RequestListener): Promise<{ readonly url: string }> {
  const server = createServer(listener)
  started.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

beforeAll(async () => {
  const listening = await listen((request, response) => void answer(request, response))
  issuer = listening.url
  const answer = serviceProvider(issuer, {
    clients: [SHOP, { ...ORDERS, grant_types: [] }],
    tokens: { accessTokenFormat: 'opaque' },
    features: {
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true, allowedPolicy: (_context, by, token) => by.clientId === token.clientId },
      dPoP: { enabled: true },
    },
  })
  as = await oauth.processDiscoveryResponse(
    new URL(issuer),
    await oauth.discoveryRequest(new URL(issuer), INSECURE),
  )
}, 120_000)

afterAll(() => {
  for (const each of started) {
    each.close()
    each.closeAllConnections()
  }
})

const client = { client_id: SHOP.client_id }
const authentication = oauth.ClientSecretBasic(SHOP.client_secret)

async function getToken(resource = RESOURCE, DPoP?: oauth.DPoPHandle): Promise<string> {
  const parameters = new URLSearchParams({ scope: 'orders:read', resource })
  const options = { ...INSECURE, ...(DPoP === undefined ? {} : { DPoP }) }
  const response = await oauth.clientCredentialsGrantRequest(as, client, authentication, parameters, options)
  return (await oauth.processClientCredentialsResponse(as, client, response)).access_token
}

const optionsOf = (secret: string = ORDERS.client_secret) => ({
  issuer,
  audience: RESOURCE,
  introspection: {
    endpoint: as.introspection_endpoint!,
    clientId: ORDERS.client_id,
    clientSecret: secret,
  },
})

test('an opaque token of oidc-provider is verified by asking it', async () => {
  const token = await getToken()
  expect(token).not.toContain('.')
  const auth = await createVerifier(optionsOf())(token)
  expect(auth.issuer).toBe(issuer)
  expect(auth.claims.client_id).toBe('shop')
  expect(auth.scopes).toEqual(['orders:read'])
})

test('a token for another resource is refused', async () => {
  const token = await getToken('https://billing.example.com')
  expect((await refusalOf(createVerifier(optionsOf())(token))).code).toBe('audience_mismatch')
})

test('a token that nobody issued is refused', async () => {
  expect((await refusalOf(createVerifier(optionsOf())('x'.repeat(43)))).code).toBe('token_inactive')
})

test('a token that was revoked at oidc-provider is refused once the last answer is too old', async () => {
  const clock = createTestClock()
  const verify = createVerifier({ ...optionsOf(), clock })
  const token = await getToken()
  await verify(token)
  await oauth.processRevocationResponse(
    await oauth.revocationRequest(as, client, authentication, token, INSECURE),
  )
  clock.advance(29)
  expect((await verify(token)).claims.client_id).toBe('shop')
  clock.advance(1)
  expect((await refusalOf(verify(token))).code).toBe('token_inactive')
})

test('wrong credentials of ours are our fault: 503, and the caller is not called to account', async () => {
  const refusal = await refusalOf(createVerifier(optionsOf('wrong'))(await getToken()))
  expect(refusal).toMatchObject({ code: 'introspection_unavailable', status: 503 })
  expect((refusal.cause as Error).message).toBe(
    `${as.introspection_endpoint!} answered with status 401; look at clientId and clientSecret`,
  )
})

test('an opaque token that oidc-provider has bound to a key is used with proofs of oauth4webapi, and not without', async () => {
  const authenticate = createAuthenticator({ ...optionsOf(), dpop: 'optional' })
  const { url } = await listen((request, response) => {
    authenticate(nodeRequest(request, () => `http://${request.headers.host ?? ''}${request.url ?? ''}`)).then(
      (auth) => response.end(String(auth.claims.client_id)),
      (error: unknown) => {
        const { status, headers } = error as AuthError
        response.writeHead(status, headers).end()
      },
    )
  })
  const keys = await oauth.generateKeyPair('ES256')
  const DPoP = oauth.DPoP({}, keys)
  const token = await getToken(RESOURCE, DPoP)

  const stolen = await fetch(`${url}/orders`, { headers: { authorization: `Bearer ${token}` } })
  expect(stolen.status).toBe(401)
  const orders = new URL('/orders', url)
  const response = await oauth.protectedResourceRequest(token, 'GET', orders, undefined, undefined, {
    ...INSECURE,
    DPoP,
  })
  expect([response.status, await response.text()]).toEqual([200, 'shop'])
})
