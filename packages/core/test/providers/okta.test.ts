import { hasRole, hasScope } from '@portcullis/core'
import { okta, type OktaOptions } from '@portcullis/core/providers'
import { mistakeOf, provider, refusalBy, times, trusting } from './support/provider.js'

const api: OktaOptions = {
  domain: 'shop.okta.com',
  authorizationServer: 'aus9o8wzkhckw9TLa0h7',
  audience: 'api://orders',
}
const issuer = 'https://shop.okta.com/oauth2/aus9o8wzkhckw9TLa0h7'

const accessToken = {
  ver: 1,
  jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
  iss: issuer,
  aud: 'api://orders',
  ...times,
  cid: '0oa9p60fqyZKwE4Aa0h7',
  uid: '00ujmkLgagxeRrAg20g3',
  scp: ['openid', 'orders.read'],
  auth_time: times.iat,
  sub: 'mira@example.com',
  groups: ['Everyone', 'Warehouse'],
}

const machineToken = {
  ver: 1,
  jti: 'AT.h4GwVvbcBGlXXGNmQVzR0bsx4vbEDF7LpvDVjxypPMf',
  iss: issuer,
  aud: 'api://orders',
  ...times,
  cid: '0oaServiceClient0h7',
  scp: ['orders.read'],
  sub: '0oaServiceClient0h7',
}

const idToken = {
  ver: 1,
  jti: 'ID.4eAWJOCMB3SX8XewDfVR',
  iss: issuer,
  aud: '0oa9p60fqyZKwE4Aa0h7',
  ...times,
  sub: '00ujmkLgagxeRrAg20g3',
  amr: ['pwd'],
  idp: '00o1qwehcqBXGbbVJ0g3',
  nonce: 'dGhlLW5vbmNl',
  preferred_username: 'mira@example.com',
  auth_time: times.iat,
  at_hash: 'fPlsvVszI29LU2UhDyJ9vg',
  groups: ['Everyone', 'Warehouse'],
}

describe('okta()', () => {
  it('believes an access token, and finds scopes in its list and groups as roles', async () => {
    // Its header has a key id and an algorithm, and no type.
    const auth = await trusting(okta(api))(provider.token(accessToken))
    expect(hasScope('orders.read').check(auth).allowed).toBe(true)
    expect(hasScope('orders').check(auth).allowed).toBe(false)
    expect(hasRole('Warehouse').check(auth).allowed).toBe(true)
  })

  it("believes a machine's token, which has no groups", async () => {
    const auth = await trusting(okta(api))(provider.token(machineToken))
    expect([auth.scopes, auth.roles]).toEqual([['orders.read'], []])
  })

  it('looks for roles in the claim that is named', async () => {
    const auth = await trusting(okta({ ...api, roles: 'orderRoles' }))(
      provider.token({ ...accessToken, orderRoles: ['buyer'] }),
    )
    expect(auth.roles).toEqual(['buyer'])
  })

  it('refuses an ID token, by its audience and because it names no client', async () => {
    expect((await refusalBy(okta(api), idToken)).details.claim).toBe('cid')
    expect((await refusalBy(okta({ ...api, audience: idToken.aud }), idToken)).details.claim).toBe('cid')
    expect((await refusalBy(okta(api), { ...idToken, cid: idToken.aud })).code).toBe('audience_mismatch')
  })

  it('refuses a token of the org authorization server, and of another custom one', async () => {
    const org = { ...accessToken, iss: 'https://shop.okta.com', aud: 'https://shop.okta.com' }
    expect((await refusalBy(okta(api), org)).code).toBe('issuer_mismatch')
    const another = { ...accessToken, iss: 'https://shop.okta.com/oauth2/default' }
    expect((await refusalBy(okta(api), another)).code).toBe('issuer_mismatch')
  })

  it("refuses another API's token, and another client's where the clients are named", async () => {
    expect((await refusalBy(okta(api), { ...accessToken, aud: 'api://invoices' })).code).toBe(
      'audience_mismatch',
    )
    await trusting(okta({ ...api, clients: accessToken.cid }))(provider.token(accessToken))
    const foreign = await refusalBy(okta({ ...api, clients: 'another' }), accessToken)
    expect([foreign.code, foreign.details.claim]).toEqual(['claim_invalid', 'cid'])
  })

  it.each([undefined, null, '', 'org', 'v1'])(
    'refuses %p as an authorization server, and says why the one of the org will not do',
    (authorizationServer) => {
      const error = mistakeOf(() => okta({ ...api, authorizationServer } as OktaOptions))
      expect(error.option).toBe('authorizationServer')
      expect(error.message).toMatch(/'default'.*org authorization server/)
    },
  )

  it('takes the default server and a custom domain', () => {
    const preset = okta({ ...api, domain: 'id.example.com', authorizationServer: 'default' })
    expect(preset.issuer).toBe('https://id.example.com/oauth2/default')
  })

  it.each([
    ['domain', { domain: 'https://shop.okta.com' }],
    ['domain', { domain: 'shop.okta.com/oauth2/default' }],
    ['domain', { domain: 'shop-admin.okta.com' }],
    ['domain', { domain: '' }],
    ['authorizationServer', { authorizationServer: issuer }],
    ['authorizationServer', { authorizationServer: '../v1' }],
    ['authorizationServer', { authorizationServer: 'default/' }],
    ['audience', { audience: undefined }],
    ['audience', { audience: null }],
    ['roles', { roles: '' }],
    ['clients', { clients: [] }],
    ['group', { group: 'groups' }],
  ])('refuses a wrong %s: %p', (option, wrong) => {
    expect(mistakeOf(() => okta({ ...api, ...wrong } as OktaOptions)).option).toBe(option)
  })
})
