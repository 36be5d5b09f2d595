import { createVerifier } from '@portcullis/core'
import { google, type GoogleOptions } from '@portcullis/core/providers'
import { createClock } from '../issuers/support/clock.js'
import {
  mistakeOf,
  provider,
  providerKeys,
  refusalBy,
  refusalOf,
  times,
  trusting,
} from './support/provider.js'

const CLIENT = '1008719970978-hb24n2dstb40o45d4feuo2ukqmcc6381.apps.googleusercontent.com'
const app: GoogleOptions = { audience: CLIENT }

const idToken = {
  iss: 'https://accounts.google.com',
  azp: CLIENT,
  aud: CLIENT,
  sub: '110169484474386276334',
  hd: 'example.com',
  email: 'mira@example.com',
  email_verified: true,
  at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q',
  name: 'Mira Example',
  ...times,
}

/** Of a service account, for a service of Cloud Run; it is asked for by URL. */
const serviceToken = {
  iss: 'https://accounts.google.com',
  azp: '113774264463038321964',
  aud: 'https://orders-abc123-ew.a.run.app',
  sub: '113774264463038321964',
  email: 'caller@project.iam.gserviceaccount.com',
  email_verified: true,
  ...times,
}

describe('google()', () => {
  it('believes an ID token for this application', async () => {
    const auth = await trusting(google(app))(provider.token(idToken, { typ: 'JWT' }))
    expect(auth.subject).toBe('110169484474386276334')
    expect([auth.roles, auth.scopes, auth.permissions]).toEqual([[], [], []])
  })

  it('believes an ID token of a service account for the URL of this service', async () => {
    const preset = google({ audience: serviceToken.aud })
    expect((await trusting(preset)(provider.token(serviceToken))).subject).toBe(serviceToken.sub)
    expect((await refusalBy(preset, idToken)).code).toBe('audience_mismatch')
  })

  it("refuses another application's ID token", async () => {
    const foreign = { ...idToken, aud: '407408718192.apps.googleusercontent.com' }
    expect((await refusalBy(google(app), foreign)).code).toBe('audience_mismatch')
    expect((await refusalBy(google(app), { ...foreign, azp: CLIENT })).code).toBe('audience_mismatch')
  })

  it('lets only members of the organisation in where one is named', async () => {
    const preset = google({ ...app, hostedDomain: ['example.com', 'example.org'] })
    await trusting(preset)(provider.token(idToken))
    expect((await refusalBy(preset, { ...idToken, hd: undefined })).details.claim).toBe('hd')
    expect((await refusalBy(preset, { ...idToken, hd: 'example.net' })).details.claim).toBe('hd')
    expect((await refusalBy(preset, { ...idToken, hd: ['example.com'] })).details.claim).toBe('hd')
  })

  it('refuses an access token and a refresh token, which are opaque', async () => {
    const verify = trusting(google(app))
    for (const token of ['ya29.a0AfB_byDexample', '1//0gexampleRefreshToken']) {
      expect((await refusalOf(verify(token))).code).toBe('token_malformed')
    }
  })

  it('keeps the two spellings of the issuer apart, and trusts both where both are listed', async () => {
    const legacy = { ...idToken, iss: 'accounts.google.com' }
    expect((await refusalBy(google(app), legacy)).code).toBe('issuer_mismatch')
    const both = createVerifier({
      clock: createClock(),
      issuers: [
        { ...google(app), keys: providerKeys },
        { ...google({ ...app, issuer: 'accounts.google.com' }), keys: providerKeys },
      ],
    })
    expect((await both(provider.token(idToken))).issuer).toBe('https://accounts.google.com')
    expect((await both(provider.token(legacy))).issuer).toBe('accounts.google.com')
  })

  it('brings the address of the keys for the spelling that cannot be discovered', () => {
    expect(google(app).keys).toBeUndefined()
    const { keys } = google({ ...app, issuer: 'accounts.google.com' })
    expect(keys).toMatchObject({ status: expect.any(Function) })
    expect((keys as unknown as { status(): { source: string } }).status().source).toBe(
      'https://www.googleapis.com/oauth2/v3/certs',
    )
  })

  it.each([
    ['audience', { audience: undefined }],
    ['audience', { audience: null }],
    ['audience', { audience: '' }],
    ['hostedDomain', { hostedDomain: [] }],
    ['hostedDomain', { hostedDomain: '' }],
    ['issuer', { issuer: 'https://accounts.google.com/' }],
    ['issuer', { issuer: 'https://evil.test' }],
    ['clientId', { clientId: CLIENT }],
  ])('refuses a wrong %s: %p', (option, wrong) => {
    expect(mistakeOf(() => google({ ...app, ...wrong } as GoogleOptions)).option).toBe(option)
  })
})
