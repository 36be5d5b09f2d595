import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createVerifier, hasRole, hasScope } from '@portcullis/core'
import { keycloak, type KeycloakOptions } from '@portcullis/core/providers'
import {
  createSigner,
  hmacToken,
  mistakeOf,
  NOW,
  provider,
  refusalBy,
  refusalOf,
  times,
  trusting,
} from './support/provider.js'

const service: KeycloakOptions = { url: 'https://id.example.com', realm: 'shop', audience: 'orders-api' }

/** As a realm with default mappers has them, and a groups mapper beside. */
const accessToken = {
  ...times,
  auth_time: times.iat,
  jti: 'onrtac:5d2f3c1e-6f0b-4c7b-9a55-3f2f0d9b6a11',
  iss: 'https://id.example.com/realms/shop',
  aud: ['orders-api', 'account'],
  sub: '0d4d1c43-4d2b-4f0e-8a6e-0f5e8c7a9b21',
  typ: 'Bearer',
  azp: 'shop-web',
  sid: '7c0c9a4e-2d5b-4f0b-8d59-0c5b8b4c9d10',
  acr: '1',
  'allowed-origins': ['https://shop.example.com'],
  realm_access: { roles: ['offline_access', 'uma_authorization', 'employee'] },
  resource_access: {
    'orders-api': { roles: ['order-manager'] },
    account: { roles: ['manage-account', 'view-profile'] },
  },
  scope: 'openid profile orders:read',
  email_verified: true,
  preferred_username: 'mira',
  groups: ['/staff/warehouse'],
}

const session = {
  iss: accessToken.iss,
  sub: accessToken.sub,
  azp: 'shop-web',
  sid: accessToken.sid,
  ...times,
}
const idToken = {
  ...session,
  jti: '1',
  aud: 'shop-web',
  typ: 'ID',
  at_hash: 'w2fXlUoSMpJxbtBoSkaTFw',
  acr: '1',
}
const refreshToken = { ...session, jti: '2', aud: accessToken.iss, typ: 'Refresh', scope: accessToken.scope }

describe('keycloak()', () => {
  it('believes an access token, and finds realm roles and scopes', async () => {
    const auth = await trusting(keycloak(service))(provider.token(accessToken, { typ: 'JWT' }))
    expect(hasRole('employee').check(auth).allowed).toBe(true)
    expect(hasScope('orders:read').check(auth).allowed).toBe(true)
    expect(hasRole('order-manager').check(auth).allowed).toBe(false)
    expect(hasRole('manage-account').check(auth).allowed).toBe(false)
  })

  it('believes the same under the type of RFC 9068, which a client can be set to', async () => {
    const auth = await trusting(keycloak(service))(provider.token(accessToken, { typ: 'at+jwt' }))
    expect(auth.subject).toBe(accessToken.sub)
  })

  it.each([
    ['the realm', 'realm', ['offline_access', 'uma_authorization', 'employee']],
    ['one client', { client: 'orders-api' }, ['order-manager']],
    ['a claim of a mapper', { claim: 'groups' }, ['/staff/warehouse']],
    ['a client that the token does not name', { client: 'invoices-api' }, []],
    ['a client whose name is on every object', { client: 'constructor' }, []],
  ] as const)('finds the roles of %s', async (_, rolesOf, roles) => {
    const auth = await trusting(keycloak({ ...service, rolesOf }))(provider.token(accessToken))
    expect(auth.roles).toEqual(roles)
  })

  it.each([
    ['an ID token', idToken],
    ['a refresh token', refreshToken],
    ['an offline token', { ...refreshToken, typ: 'Offline' }],
    ['a logout token', { ...idToken, typ: 'Logout' }],
    ['a token without a type', { ...accessToken, typ: undefined }],
    ['a token with another case of it', { ...accessToken, typ: 'bearer' }],
  ])('refuses %s, even where it names this service', async (_, claims) => {
    const refusal = await refusalBy(keycloak(service), { ...claims, aud: 'orders-api' })
    expect(refusal.status).toBe(401)
    expect(refusal.details.claim).toBe('typ')
  })

  it('refuses a refresh token as Keycloak signs it: by HMAC', async () => {
    const token = hmacToken(Buffer.alloc(64, 3), refreshToken, { kid: 'provider-key-1' })
    expect((await refusalOf(trusting(keycloak(service))(token))).code).toBe('algorithm_not_allowed')
  })

  it('refuses a token that is bound to a key until its proof is checked', async () => {
    const bound = { ...accessToken, typ: 'DPoP', cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } }
    expect((await refusalBy(keycloak(service), bound)).code).toBe('proof_required')
  })

  it.each([
    ['another realm', { iss: 'https://id.example.com/realms/other' }, 'issuer_mismatch'],
    ['another server', { iss: 'https://id.example.org/realms/shop' }, 'issuer_mismatch'],
    ['the same realm under /auth', { iss: 'https://id.example.com/auth/realms/shop' }, 'issuer_mismatch'],
    ['another service', { aud: ['invoices-api', 'account'] }, 'audience_mismatch'],
    ['no service in particular', { aud: undefined }, 'claim_missing'],
  ])('refuses a token of or for %s', async (_, change, code) => {
    expect((await refusalBy(keycloak(service), { ...accessToken, ...change })).code).toBe(code)
  })

  it("refuses another client's token where the clients are named", async () => {
    const clients = ['shop-web', 'shop-app']
    await trusting(keycloak({ ...service, clients }))(provider.token(accessToken))
    const refusal = await refusalBy(keycloak({ ...service, clients }), { ...accessToken, azp: 'partner' })
    expect([refusal.code, refusal.details.claim]).toEqual(['claim_invalid', 'azp'])
  })

  it('leaves the audience out only where the clients are named', async () => {
    const noAudience = { ...service, audience: null }
    const error = mistakeOf(() => keycloak(noAudience))
    expect(error.option).toBe('audience')
    expect(error.message).toContain('clients')
    const preset = keycloak({ ...noAudience, clients: 'shop-web' })
    await trusting(preset)(provider.token({ ...accessToken, aud: undefined }))
    expect((await refusalBy(preset, { ...accessToken, azp: 'partner' })).details.claim).toBe('azp')
    expect((await refusalBy(preset, idToken)).details.claim).toBe('typ')
  })

  it.each([
    ['https://id.example.com', 'https://id.example.com/realms/shop'],
    ['https://id.example.com/', 'https://id.example.com/realms/shop'],
    ['https://id.example.com/auth', 'https://id.example.com/auth/realms/shop'],
    ['https://id.example.com/auth/', 'https://id.example.com/auth/realms/shop'],
    ['https://id.example.com:8443', 'https://id.example.com:8443/realms/shop'],
    ['http://localhost:8080', 'http://localhost:8080/realms/shop'],
  ])('makes of %s the issuer %s', (url, issuer) => {
    expect(keycloak({ ...service, url }).issuer).toBe(issuer)
  })

  it.each([
    ['url', { url: 'id.example.com' }],
    ['url', { url: 'http://id.example.com' }],
    ['url', { url: 'https://user:word@id.example.com' }],
    ['url', { url: 'https://id.example.com?realm=shop' }],
    ['url', { url: 'https://id.example.com#shop' }],
    ['url', { url: 'https://id.example.com/realms/shop' }],
    ['url', { url: 'https://id.example.com/auth/realms' }],
    ['url', { url: '' }],
    ['url', { url: undefined }],
    ['realm', { realm: '' }],
    ['realm', { realm: undefined }],
    ['realm', { realm: 'shop/../master' }],
    ['realm', { realm: '..' }],
    ['realm', { realm: 'my shop' }],
    ['realm', { realm: 'shop%2e' }],
    ['audience', { audience: undefined }],
    ['audience', { audience: '' }],
    ['rolesOf', { rolesOf: 'client' }],
    ['rolesOf', { rolesOf: null }],
    ['rolesOf', { rolesOf: {} }],
    ['rolesOf', { rolesOf: { client: 'a', claim: 'b' } }],
    ['rolesOf.client', { rolesOf: { client: '' } }],
    ['rolesOf.claim', { rolesOf: { claim: ['groups'] } }],
    ['clients', { clients: [] }],
    ['role', { role: 'admin' }],
  ])('refuses a wrong %s: %p', (option, wrong) => {
    expect(mistakeOf(() => keycloak({ ...service, ...wrong } as KeycloakOptions)).option).toBe(option)
  })
})

describe('keycloak() with discovery', () => {
  let server: Server
  afterEach(() => new Promise((resolve) => server.close(resolve)))

  it("finds the realm's keys by its metadata, whatever public-key algorithm the realm uses", async () => {
    const realmKey = createSigner('EdDSA', 'realm-ed')
    const requests: string[] = []
    server = createServer((request, response) => {
      requests.push(request.url ?? '')
      const issuer = `http://${request.headers.host ?? ''}/auth/realms/shop`
      const body = request.url?.endsWith('/certs')
        ? { keys: [realmKey.jwk] }
        : { issuer, jwks_uri: `${issuer}/protocol/openid-connect/certs` }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/auth`

    const verify = createVerifier({ ...keycloak({ ...service, url }), clock: () => NOW })
    const auth = await verify(realmKey.token({ ...accessToken, iss: `${url}/realms/shop` }))
    expect(auth.roles).toContain('employee')
    expect(requests).toEqual([
      '/auth/realms/shop/.well-known/openid-configuration',
      '/auth/realms/shop/protocol/openid-connect/certs',
    ])
  })
})
