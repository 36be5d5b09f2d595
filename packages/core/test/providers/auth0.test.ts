import { hasPermission, hasRole, hasScope } from '@portcullis/core'
import { auth0, type Auth0Options } from '@portcullis/core/providers'
import {
  createSigner,
  hmacToken,
  mistakeOf,
  provider,
  refusalBy,
  refusalOf,
  times,
  trusting,
} from './support/provider.js'

const api: Auth0Options = { domain: 'shop.eu.auth0.com', audience: 'https://api.example.com/orders' }

/** As an API with the default profile, role-based access control and an Action for roles has them. */
const accessToken = {
  iss: 'https://shop.eu.auth0.com/',
  sub: 'auth0|6553da60a54af58e29493993',
  aud: ['https://api.example.com/orders', 'https://shop.eu.auth0.com/userinfo'],
  ...times,
  scope: 'openid profile read:orders',
  azp: 'K1AUPhZq8mRi0Q0pjhkfu1D7y6KjDQja',
  permissions: ['read:orders', 'delete:orders'],
  'https://example.com/roles': ['admin'],
}

const { azp, ...common } = accessToken
const rfc9068Token = { ...common, client_id: azp, jti: '73WakrfVbNJBaAmhQtEeDv' }

const machineToken = {
  iss: 'https://shop.eu.auth0.com/',
  sub: 'awZfdIir8YFdGZWkvCejDoUb7SjTDicx@clients',
  aud: 'https://api.example.com/orders',
  ...times,
  scope: 'read:orders',
  gty: 'client-credentials',
  azp: 'awZfdIir8YFdGZWkvCejDoUb7SjTDicx',
}

const idToken = {
  iss: 'https://shop.eu.auth0.com/',
  sub: 'auth0|6553da60a54af58e29493993',
  aud: 'K1AUPhZq8mRi0Q0pjhkfu1D7y6KjDQja',
  ...times,
  nickname: 'mira',
  name: 'mira@example.com',
  updated_at: '2025-10-09T08:53:20.000Z',
  sid: 'X6hK1nPzV8yQ',
  nonce: 'dGhlLW5vbmNl',
}

describe('auth0()', () => {
  it('believes an access token, and finds scopes, permissions and the roles of the named claim', async () => {
    const auth = await trusting(auth0({ ...api, roles: 'https://example.com/roles' }))(
      provider.token(accessToken, { typ: 'JWT' }),
    )
    expect(auth.subject).toBe(accessToken.sub)
    expect(hasScope('read:orders').check(auth).allowed).toBe(true)
    expect(hasScope('delete:orders').check(auth).allowed).toBe(false)
    expect(hasPermission('delete:orders').check(auth).allowed).toBe(true)
    expect(hasRole('admin').check(auth).allowed).toBe(true)
  })

  it('takes the name of a claim for a whole name, and finds no roles elsewhere', async () => {
    const auth = await trusting(auth0(api))(provider.token(accessToken))
    expect(auth.roles).toEqual([])
  })

  it("believes a machine's token", async () => {
    const auth = await trusting(auth0(api))(provider.token(machineToken, { typ: 'JWT' }))
    expect(auth.scopes).toEqual(['read:orders'])
  })

  it('refuses an ID token, by its audience and because it names no client', async () => {
    expect((await refusalBy(auth0(api), idToken)).code).toBe('claim_missing')
    expect((await refusalBy(auth0(api), { ...idToken, azp: idToken.aud })).code).toBe('audience_mismatch')
    const careless = auth0({ ...api, audience: idToken.aud })
    expect((await refusalBy(careless, idToken)).details.claim).toBe('azp')
  })

  it('refuses a token for another API of the tenant, and one of another tenant', async () => {
    const other = { ...accessToken, aud: ['https://api.example.com/invoices', accessToken.aud[1]] }
    expect((await refusalBy(auth0(api), other)).code).toBe('audience_mismatch')
    const elsewhere = { ...accessToken, iss: 'https://shop.us.auth0.com/' }
    expect((await refusalBy(auth0(api), elsewhere)).code).toBe('issuer_mismatch')
    const withoutSlash = { ...accessToken, iss: 'https://shop.eu.auth0.com' }
    expect((await refusalBy(auth0(api), withoutSlash)).code).toBe('issuer_mismatch')
  })

  it("refuses another application's token where the clients are named, in both profiles", async () => {
    const known = [azp, 'another-application']
    await trusting(auth0({ ...api, clients: known }))(provider.token(accessToken))
    expect((await refusalBy(auth0({ ...api, clients: 'another' }), accessToken)).details.claim).toBe('azp')

    const rfc9068 = { ...api, profile: 'rfc9068' } as const
    await trusting(auth0({ ...rfc9068, clients: known }))(provider.token(rfc9068Token, { typ: 'at+jwt' }))
    const refusal = await refusalBy(auth0({ ...rfc9068, clients: 'another' }), rfc9068Token, {
      typ: 'at+jwt',
    })
    expect(refusal.details.claim).toBe('client_id')
  })

  it('demands the type and the claims of RFC 9068 where the API has that profile', async () => {
    const preset = auth0({ ...api, profile: 'rfc9068' })
    const auth = await trusting(preset)(provider.token(rfc9068Token, { typ: 'at+jwt' }))
    expect(hasPermission('delete:orders').check(auth).allowed).toBe(true)
    expect((await refusalBy(preset, rfc9068Token, { typ: 'JWT' })).code).toBe('token_type_not_allowed')
    expect((await refusalBy(preset, accessToken, { typ: 'at+jwt' })).code).toBe('claim_missing')
  })

  it('refuses algorithms that Auth0 does not sign access tokens with, the shared secret among them', async () => {
    const verify = trusting(auth0(api))
    const secret = hmacToken(Buffer.alloc(32, 7), accessToken, { kid: 'provider-key-1' })
    expect((await refusalOf(verify(secret))).code).toBe('algorithm_not_allowed')
    expect((await refusalOf(verify(createSigner('ES256', 'x').token(accessToken)))).code).toBe(
      'algorithm_not_allowed',
    )
  })

  it('refuses an opaque token and an encrypted one', async () => {
    const verify = trusting(auth0(api))
    for (const token of ['v1.MTIzNDU2Nzg5MDEyMzQ1Njc4OTA', 'eyJhbGciOiJkaXIifQ..aXY.dGV4dA.dGFn']) {
      expect((await refusalOf(verify(token))).code).toBe('token_malformed')
    }
  })

  it.each<[unknown, string]>([
    ['https://shop.eu.auth0.com', 'scheme'],
    ['shop.eu.auth0.com/', 'slash'],
    ['shop.eu.auth0.com:443', 'port'],
    ['Shop.eu.auth0.com', 'case'],
    ['shop', 'no domain'],
    ['', 'empty'],
    ['shop..auth0.com', 'empty label'],
    ['-shop.auth0.com', 'hyphen'],
    ['127.0.0.1', 'address'],
    ['shop.auth0.com\n', 'line break'],
    [undefined, 'missing'],
    [['shop.eu.auth0.com'], 'list'],
  ])('refuses the domain %p (%s), and says how to write it', (domain) => {
    const error = mistakeOf(() => auth0({ ...api, domain: domain as string }))
    expect(error.option).toBe('domain')
    expect(error.message).toContain("'shop.eu.auth0.com'")
  })

  it.each([
    ['audience', { audience: undefined }],
    ['audience', { audience: null }],
    ['audience', { audience: [] }],
    ['profile', { profile: 'at+jwt' }],
    ['roles', { roles: ['https://example.com/roles'] }],
    ['clients', { clients: [] }],
    ['clients', { clients: '' }],
    ['tenant', { tenant: 'shop' }],
  ])('refuses a wrong %s: %p', (option, wrong) => {
    expect(mistakeOf(() => auth0({ ...api, ...wrong } as Auth0Options)).option).toBe(option)
  })
})
