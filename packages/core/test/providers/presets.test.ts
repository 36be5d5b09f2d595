import { createAuthenticator, createVerifier, type TrustedIssuerOptions } from '@portcullis/core'
import { auth0, cognito, entra, google, keycloak, okta } from '@portcullis/core/providers'
import { createClock, NOW } from '../issuers/support/clock.js'
import { mistakeOf, provider, providerKeys, refusalOf } from './support/provider.js'

const TENANT = 'aaaabbbb-0000-cccc-1111-dddd2222eeee'
const API = '00001111-aaaa-2222-bbbb-3333cccc4444'

const presets: Readonly<Record<string, TrustedIssuerOptions>> = {
  auth0: auth0({ domain: 'shop.eu.auth0.com', audience: 'orders' }),
  cognito: cognito({ userPoolId: 'eu-central-1_AbC', clientId: 'shop' }),
  entra: entra({ tenant: TENANT, audience: API }),
  google: google({ audience: 'orders' }),
  keycloak: keycloak({ url: 'https://id.example.com', realm: 'shop', audience: 'orders' }),
  okta: okta({ domain: 'shop.okta.com', authorizationServer: 'default', audience: 'orders' }),
}

/** What makes a token an access token of this provider, beside issuer and audience. */
const marks: Readonly<Record<string, object>> = {
  auth0: { aud: 'orders', azp: 'shop' },
  cognito: { token_use: 'access', client_id: 'shop' },
  entra: { aud: API, azp: 'shop', tid: TENANT, ver: '2.0' },
  google: { aud: 'orders' },
  keycloak: { aud: 'orders', typ: 'Bearer' },
  okta: { aud: 'orders', cid: 'shop' },
}

const tokenOf = (name: string, of = name) =>
  provider.token({ iss: presets[of]!.issuer, sub: 'user-1', iat: NOW, exp: NOW + 60, ...marks[name] })

describe.each(Object.entries(presets))('the preset of %s', (name, preset) => {
  it('is good for a verifier, an authenticator and a list of issuers as it is', () => {
    expect(() => createVerifier(preset)).not.toThrow()
    expect(() => createAuthenticator({ ...preset, optional: true })).not.toThrow()
    expect(() => createVerifier({ issuers: [preset] })).not.toThrow()
  })

  it('can be added to, and not changed by chance', async () => {
    expect(Object.isFrozen(preset)).toBe(true)
    const verify = createVerifier({
      ...preset,
      keys: providerKeys,
      clock: () => NOW + 90,
      clockTolerance: 60,
    })
    expect((await verify(tokenOf(name))).issuer).toBe(preset.issuer)
  })

  it('allows public keys only', () => {
    expect(preset.algorithms?.length).toBeGreaterThan(0)
    expect(preset.algorithms?.filter((algorithm) => algorithm.startsWith('HS'))).toEqual([])
  })

  it('refuses what is no object of options', () => {
    const factories = { auth0, cognito, entra, google, keycloak, okta }
    for (const wrong of [undefined, null, 'https://id.example.com', []]) {
      const factory = factories[name as keyof typeof factories] as (options: unknown) => unknown
      expect(mistakeOf(() => factory(wrong)).option).toBe(`${name}()`)
    }
  })
})

describe('all six side by side', () => {
  const verify = createVerifier({
    clock: createClock(),
    issuers: Object.values(presets).map((preset) => ({ ...preset, keys: providerKeys })),
  })

  it.each(Object.keys(presets))('believe a token of %s', async (name) => {
    expect((await verify(tokenOf(name))).issuer).toBe(presets[name]?.issuer)
  })

  it('judge a token by the provider that it names, whatever it would be at another', async () => {
    const accepted: string[] = []
    for (const name of Object.keys(presets)) {
      for (const of of Object.keys(presets).filter((other) => other !== name)) {
        const refused = await refusalOf(verify(tokenOf(name, of))).catch(() => undefined)
        if (refused === undefined) accepted.push(`${name} as ${of}`)
      }
    }
    // Google's are ID tokens: what is left of them is the audience, which these have.
    expect(accepted).toEqual(['auth0 as google', 'keycloak as google', 'okta as google'])
  })
})
