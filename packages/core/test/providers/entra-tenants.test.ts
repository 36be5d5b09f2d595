import { createVerifier, type IssuerResolver } from '@portcullis/core'
import { entra, entraTenants, type EntraTenantsOptions } from '@portcullis/core/providers'
import { createClock } from '../issuers/support/clock.js'
import { mistakeOf, provider, providerKeys, refusalOf, times } from './support/provider.js'

const ONE = 'aaaabbbb-0000-cccc-1111-dddd2222eeee'
const TWO = 'bbbbcccc-1111-dddd-2222-eeee3333ffff'
const STRANGER = 'ccccdddd-2222-eeee-3333-ffff4444aaaa'
const API = '00001111-aaaa-2222-bbbb-3333cccc4444'

const issuerOf = (tenant: string) => `https://login.microsoftonline.com/${tenant}/v2.0`
const tokenOf = (tenant: string, change: object = {}) =>
  provider.token({
    aud: API,
    iss: issuerOf(tenant),
    ...times,
    azp: '11112222-bbbb-3333-cccc-4444dddd5555',
    scp: 'Orders.Read',
    sub: 'HKZpfaHyWadeOouYlitjrI',
    tid: tenant,
    ver: '2.0',
    ...change,
  })

/** Every tenant has keys of its own at Entra; here one key stands for all, so that the rules alone must tell. */
function verifierOf(resolver: IssuerResolver) {
  return createVerifier({
    clock: createClock(),
    resolveIssuer: async (candidate) => {
      const found = await resolver(candidate)
      return found === undefined ? undefined : { ...found, keys: providerKeys }
    },
  })
}

describe('entraTenants()', () => {
  it('believes the listed tenants and nobody else', async () => {
    const verify = verifierOf(entraTenants({ tenants: [ONE, TWO], audience: API }))
    expect((await verify(tokenOf(ONE))).issuer).toBe(issuerOf(ONE))
    expect((await verify(tokenOf(TWO))).issuer).toBe(issuerOf(TWO))
    expect((await refusalOf(verify(tokenOf(STRANGER)))).code).toBe('issuer_not_trusted')
  })

  it('believes each tenant by the rules of entra()', async () => {
    const resolve = entraTenants({ tenants: [ONE], audience: API, roles: 'groups', clients: ['a'] })
    expect(await resolve(issuerOf(ONE))).toEqual(
      entra({ tenant: ONE, audience: API, roles: 'groups', clients: ['a'] }),
    )
  })

  it('refuses a token whose tenant is not the one of its issuer', async () => {
    const verify = verifierOf(entraTenants({ tenants: [ONE, TWO], audience: API }))
    const refusal = await refusalOf(verify(tokenOf(ONE, { tid: TWO })))
    expect([refusal.code, refusal.details.claim]).toEqual(['claim_invalid', 'tid'])
  })

  it('asks the predicate for the tenant id, and lets nobody in but by true', async () => {
    const asked: string[] = []
    const answers: Record<string, unknown> = { [ONE]: true, [TWO]: 'true', [STRANGER]: 1 }
    const resolve = entraTenants({
      audience: API,
      tenants: (tenant) => {
        asked.push(tenant)
        return Promise.resolve(answers[tenant] as boolean)
      },
    })
    const verify = verifierOf(resolve)
    expect((await verify(tokenOf(ONE))).issuer).toBe(issuerOf(ONE))
    expect((await refusalOf(verify(tokenOf(TWO)))).code).toBe('issuer_not_trusted')
    expect((await refusalOf(verify(tokenOf(STRANGER)))).code).toBe('issuer_not_trusted')
    expect(asked).toEqual([ONE, TWO, STRANGER])
  })

  it('says 503 when the predicate cannot say', async () => {
    const verify = verifierOf(
      entraTenants({ audience: API, tenants: () => Promise.reject(new Error('database is away')) }),
    )
    expect((await refusalOf(verify(tokenOf(ONE)))).code).toBe('issuers_unavailable')
  })

  it.each([
    `https://login.microsoftonline.com/${ONE}/v2.0/`,
    `https://login.microsoftonline.com/${ONE}`,
    `https://login.microsoftonline.com/${ONE.toUpperCase()}/v2.0`,
    `http://login.microsoftonline.com/${ONE}/v2.0`,
    `https://login.microsoftonline.us/${ONE}/v2.0`,
    `https://login.microsoftonline.com.evil.test/${ONE}/v2.0`,
    `https://evil.test/${ONE}/v2.0`,
    `https://evil.test/?https://login.microsoftonline.com/${ONE}/v2.0`,
    `https://login.microsoftonline.com/${STRANGER}/../${ONE}/v2.0`,
    `https://login.microsoftonline.com/${ONE}${ONE}/v2.0`,
    `https://login.microsoftonline.com/x${ONE}/v2.0`,
    `https://login.microsoftonline.com/${ONE}/v2.0\n`,
    `https://sts.windows.net/${ONE}/`,
    'https://login.microsoftonline.com/common/v2.0',
    'https://login.microsoftonline.com/{tenantid}/v2.0',
    ONE,
  ])('does not even ask about %s', async (candidate) => {
    const asked: string[] = []
    const resolve = entraTenants({
      audience: API,
      tenants: (tenant) => asked.push(tenant) > 0,
    })
    expect(await resolve(candidate)).toBeUndefined()
    expect(asked).toEqual([])
  })

  it('knows the issuers of version 1.0 and of the other clouds', async () => {
    const v1 = entraTenants({ tenants: [ONE], audience: 'api://orders', version: '1.0' })
    expect((await v1(`https://sts.windows.net/${ONE}/`))?.issuer).toBe(`https://sts.windows.net/${ONE}/`)
    expect(await v1(issuerOf(ONE))).toBeUndefined()
    const usa = entraTenants({ tenants: [ONE], audience: API, cloud: 'us-government' })
    expect(await usa(`https://login.microsoftonline.us/${ONE}/v2.0`)).toBeDefined()
    expect(await usa(issuerOf(ONE))).toBeUndefined()
  })

  it.each([
    ['tenants', { tenants: undefined }],
    ['tenants', { tenants: [] }],
    ['tenants', { tenants: ONE }],
    ['tenants', { tenants: [ONE, ONE] }],
    ['tenants', { tenants: /.*/ }],
    ['tenants[1]', { tenants: [ONE, 'contoso.onmicrosoft.com'] }],
    ['tenants[0]', { tenants: ['common'] }],
    ['tenants[0]', { tenants: [ONE.toUpperCase()] }],
    ['audience', { audience: 'api://orders' }],
    ['audience', { audience: null }],
    ['version', { version: '1.0', cloud: 'us-government' }],
    ['tenant', { tenant: ONE }],
  ])('refuses wrong %s: %p', (option, wrong) => {
    const options = { tenants: [ONE], audience: API, ...wrong } as EntraTenantsOptions
    expect(mistakeOf(() => entraTenants(options)).option).toBe(option)
  })
})
