import { hasPermission, hasRole, hasScope } from '@portcullis/core'
import { entra, type EntraOptions } from '@portcullis/core/providers'
import { hmacToken, mistakeOf, provider, refusalBy, refusalOf, times, trusting } from './support/provider.js'

const TENANT = 'aaaabbbb-0000-cccc-1111-dddd2222eeee'
const OTHER_TENANT = 'bbbbcccc-1111-dddd-2222-eeee3333ffff'
const API = '00001111-aaaa-2222-bbbb-3333cccc4444'
const CLIENT = '11112222-bbbb-3333-cccc-4444dddd5555'

const api: EntraOptions = { tenant: TENANT, audience: API }
const api1: EntraOptions = { tenant: TENANT, audience: ['api://orders', API], version: '1.0' }

const internal = { aio: 'AXQAi/8IAAAAFm', rh: '0.AgoAv4j5cvGGr0GRqy180BHb', uti: 'fqiBqXLPj0eQa82S-IYFAA' }

/** Of a user, by a client that was given a delegated permission; with app roles and a groups claim. */
const userToken = {
  aud: API,
  iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  ...times,
  nbf: times.iat,
  ...internal,
  azp: CLIENT,
  azpacr: '0',
  name: 'Mira Example',
  oid: '22223333-cccc-4444-dddd-5555eeee6666',
  preferred_username: 'mira@contoso.com',
  roles: ['Orders.Manager'],
  groups: ['33334444-dddd-5555-eeee-6666ffff7777'],
  scp: 'Orders.Read Orders.Write',
  sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
  tid: TENANT,
  ver: '2.0',
}

/** Of a daemon that acts for itself: no scopes, its application permissions are in roles. */
const daemonToken = {
  aud: API,
  iss: userToken.iss,
  ...times,
  nbf: times.iat,
  ...internal,
  azp: CLIENT,
  azpacr: '1',
  oid: '44445555-eeee-6666-ffff-7777aaaa8888',
  roles: ['Orders.Read.All'],
  sub: '44445555-eeee-6666-ffff-7777aaaa8888',
  tid: TENANT,
  ver: '2.0',
}

const userToken1 = {
  aud: 'api://orders',
  iss: `https://sts.windows.net/${TENANT}/`,
  ...times,
  nbf: times.iat,
  ...internal,
  acr: '1',
  amr: ['pwd', 'mfa'],
  appid: CLIENT,
  appidacr: '0',
  ipaddr: '203.0.113.7',
  oid: userToken.oid,
  scp: 'Orders.Read',
  sub: userToken.sub,
  tid: TENANT,
  unique_name: 'mira@contoso.com',
  upn: 'mira@contoso.com',
  ver: '1.0',
}

/** Of an application that is client and API in one registration, so that the audience alone tells nothing. */
const idToken = {
  aud: API,
  iss: userToken.iss,
  ...times,
  nbf: times.iat,
  ...internal,
  name: 'Mira Example',
  nonce: '678910',
  oid: userToken.oid,
  preferred_username: 'mira@contoso.com',
  roles: ['Orders.Manager'],
  sub: userToken.sub,
  tid: TENANT,
  ver: '2.0',
}

describe('entra()', () => {
  it("believes a user's token, and finds delegated scopes and app roles", async () => {
    const auth = await trusting(entra(api))(provider.token(userToken, { typ: 'JWT' }))
    expect(hasScope('Orders.Write').check(auth).allowed).toBe(true)
    expect(hasScope('Orders').check(auth).allowed).toBe(false)
    expect(hasRole('Orders.Manager').check(auth).allowed).toBe(true)
  })

  it("believes a daemon's token, whose permissions are in roles", async () => {
    const auth = await trusting(entra(api))(provider.token(daemonToken, { typ: 'JWT' }))
    expect(hasPermission('Orders.Read.All').check(auth).allowed).toBe(true)
    expect(hasScope('Orders.Read.All').check(auth).allowed).toBe(false)
  })

  it('believes a v1.0 token where the API has that version, by either of its audiences', async () => {
    const verify = trusting(entra(api1))
    const auth = await verify(provider.token(userToken1, { typ: 'JWT', x5t: 'provider-key-1' }))
    expect(auth.scopes).toEqual(['Orders.Read'])
    await verify(provider.token({ ...userToken1, aud: API }))
  })

  it('looks for roles among groups or directory roles where that is said', async () => {
    const wids = ['62e90394-69f5-4237-9190-012177145e10']
    const token = provider.token({ ...userToken, wids })
    expect((await trusting(entra({ ...api, roles: 'groups' }))(token)).roles).toEqual(userToken.groups)
    expect((await trusting(entra({ ...api, roles: 'wids' }))(token)).roles).toEqual(wids)
  })

  it('finds no groups in a token that only says where they are', async () => {
    const where = {
      _claim_names: { groups: 'src1' },
      _claim_sources: { src1: { endpoint: 'https://x.test' } },
    }
    const overage = { ...userToken, groups: undefined, ...where }
    const auth = await trusting(entra({ ...api, roles: 'groups' }))(provider.token(overage))
    expect(auth.roles).toEqual([])
  })

  it('refuses an ID token, although its audience is this API', async () => {
    const refusal = await refusalBy(entra(api), idToken, { typ: 'JWT' })
    expect([refusal.code, refusal.details.claim]).toEqual(['claim_missing', 'azp'])
    const { iss, ver } = userToken1
    const idToken1 = { ...idToken, aud: API, iss, ver }
    expect((await refusalBy(entra(api1), idToken1)).details.claim).toBe('appid')
  })

  it.each([
    ['another API', { aud: '55556666-ffff-7777-aaaa-8888bbbb9999' }, 'audience_mismatch', undefined],
    ['Microsoft Graph', { aud: '00000003-0000-0000-c000-000000000000' }, 'audience_mismatch', undefined],
    [
      'another tenant',
      { iss: `https://login.microsoftonline.com/${OTHER_TENANT}/v2.0`, tid: OTHER_TENANT },
      'issuer_mismatch',
      undefined,
    ],
    ['another tenant than its issuer', { tid: OTHER_TENANT }, 'claim_invalid', 'tid'],
    ['no tenant', { tid: undefined }, 'claim_missing', 'tid'],
    ['another version than its issuer', { ver: '1.0' }, 'claim_invalid', 'ver'],
    ['version 1.0', { ...userToken1, aud: API }, 'issuer_mismatch', undefined],
  ])('refuses a token of or for %s', async (_, change, code, claim) => {
    const refusal = await refusalBy(entra(api), { ...userToken, ...change })
    expect([refusal.code, refusal.details.claim]).toEqual([code, claim])
  })

  it('refuses a v2.0 token where the API has version 1.0', async () => {
    expect((await refusalBy(entra(api1), userToken)).status).toBe(401)
    const mixed = { ...userToken1, ver: '2.0' }
    expect((await refusalBy(entra(api1), mixed)).details.claim).toBe('ver')
  })

  it("refuses another client's token where the clients are named", async () => {
    await trusting(entra({ ...api, clients: CLIENT }))(provider.token(userToken))
    const foreign = await refusalBy(entra({ ...api, clients: CLIENT }), { ...userToken, azp: API })
    expect([foreign.code, foreign.details.claim]).toEqual(['claim_invalid', 'azp'])
    await trusting(entra({ ...api1, clients: CLIENT }))(provider.token(userToken1))
    const foreign1 = await refusalBy(entra({ ...api1, clients: CLIENT }), { ...userToken1, appid: API })
    expect(foreign1.details.claim).toBe('appid')
  })

  it('allows no algorithm but RS256', async () => {
    const token = hmacToken(Buffer.alloc(32, 5), userToken, { kid: 'provider-key-1' })
    expect((await refusalOf(trusting(entra(api))(token))).code).toBe('algorithm_not_allowed')
    expect(entra(api).algorithms).toEqual(['RS256'])
  })

  it.each([
    ['global', `https://login.microsoftonline.com/${TENANT}/v2.0`],
    ['us-government', `https://login.microsoftonline.us/${TENANT}/v2.0`],
    ['china', `https://login.partner.microsoftonline.cn/${TENANT}/v2.0`],
  ] as const)('knows the issuer of the %s cloud', (cloud, issuer) => {
    expect(entra({ ...api, cloud }).issuer).toBe(issuer)
  })

  it.each(['common', 'organizations', 'consumers'])(
    'refuses %s as a tenant, and says what to write for several',
    (tenant) => {
      const error = mistakeOf(() => entra({ ...api, tenant }))
      expect(error.option).toBe('tenant')
      expect(error.message).toContain('entraTenants(')
    },
  )

  it.each([
    ['tenant', { tenant: '' }],
    ['tenant', { tenant: undefined }],
    ['tenant', { tenant: 'contoso.onmicrosoft.com' }],
    ['tenant', { tenant: TENANT.toUpperCase() }],
    ['tenant', { tenant: `{${TENANT}}` }],
    ['tenant', { tenant: `${TENANT}/../${OTHER_TENANT}` }],
    ['tenant', { tenant: TENANT.replaceAll('-', '') }],
    ['audience', { audience: undefined }],
    ['audience', { audience: null }],
    ['audience', { audience: 'api://orders' }],
    ['audience', { audience: [API, 'api://orders'] }],
    ['version', { version: 2 }],
    ['version', { version: '1.0', cloud: 'china' }],
    ['cloud', { cloud: 'germany' }],
    ['roles', { roles: 'role' }],
    ['clients', { clients: [] }],
    ['tenants', { tenants: [TENANT] }],
  ])('refuses a wrong %s: %p', (option, wrong) => {
    expect(mistakeOf(() => entra({ ...api, ...wrong } as EntraOptions)).option).toBe(option)
  })
})
