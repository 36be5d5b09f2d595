import { hasRole, hasScope } from '@portcullis/core'
import { cognito, type CognitoOptions } from '@portcullis/core/providers'
import { mistakeOf, provider, refusalBy, refusalOf, times, trusting } from './support/provider.js'

const pool: CognitoOptions = { userPoolId: 'eu-central-1_AbC123xyz', clientId: '1example23456789' }

const accessToken = {
  sub: 'a3e4f842-70a1-70d5-6e2c-1b5c0f6a9d77',
  device_key: 'eu-central-1_f1b2c3d4-5678-90ab-cdef-1234567890ab',
  'cognito:groups': ['admin', 'warehouse'],
  iss: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC123xyz',
  version: 2,
  client_id: '1example23456789',
  origin_jti: '4a3f2c1b-0d5e-4f67-8a9b-c0d1e2f3a4b5',
  event_id: '64f513be-32db-42b0-b78e-b02127b4f463',
  token_use: 'access',
  scope: 'openid phone orders-api/orders.read',
  auth_time: times.iat,
  ...times,
  jti: 'c7b2a1d0-9e8f-4a6b-8c5d-4e3f2a1b0c9d',
  username: 'mira',
}

const idToken = {
  sub: accessToken.sub,
  'cognito:groups': ['admin', 'warehouse'],
  'cognito:roles': ['arn:aws:iam::111122223333:role/admin'],
  'cognito:username': 'mira',
  email_verified: true,
  iss: accessToken.iss,
  aud: '1example23456789',
  event_id: accessToken.event_id,
  token_use: 'id',
  auth_time: times.iat,
  ...times,
  email: 'mira@example.com',
}

describe('cognito()', () => {
  it('believes an access token, which has no audience, and finds groups and scopes', async () => {
    // Its header has a key id and an algorithm, and no type.
    const auth = await trusting(cognito(pool))(provider.token(accessToken))
    expect(hasRole('admin').check(auth).allowed).toBe(true)
    expect(hasScope('orders-api/orders.read').check(auth).allowed).toBe(true)
    expect(hasScope('orders.read').check(auth).allowed).toBe(false)
  })

  it('believes the token of a machine, which has neither user nor groups', async () => {
    const auth = await trusting(cognito(pool))(
      provider.token({
        sub: '1example23456789',
        iss: accessToken.iss,
        version: 2,
        client_id: '1example23456789',
        token_use: 'access',
        scope: 'orders-api/orders.read',
        auth_time: times.iat,
        ...times,
        jti: '1',
      }),
    )
    expect(auth.roles).toEqual([])
    expect(auth.scopes).toEqual(['orders-api/orders.read'])
  })

  it('refuses an ID token, even one that names the client as an access token does', async () => {
    expect((await refusalBy(cognito(pool), idToken)).details.claim).toBe('token_use')
    const both = { ...idToken, client_id: '1example23456789' }
    expect((await refusalBy(cognito(pool), both)).details.claim).toBe('token_use')
  })

  it("refuses another client's token, and one that names no client", async () => {
    const foreign = await refusalBy(cognito(pool), { ...accessToken, client_id: '2example23456789' })
    expect([foreign.code, foreign.details.claim]).toEqual(['claim_invalid', 'client_id'])
    const nobody = await refusalBy(cognito(pool), { ...accessToken, client_id: undefined })
    expect([nobody.code, nobody.details.claim]).toEqual(['claim_missing', 'client_id'])
    const several = cognito({ ...pool, clientId: ['1example23456789', '2example23456789'] })
    await trusting(several)(provider.token({ ...accessToken, client_id: '2example23456789' }))
  })

  it('refuses a token of another pool', async () => {
    const iss = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Other'
    expect((await refusalBy(cognito(pool), { ...accessToken, iss })).code).toBe('issuer_mismatch')
  })

  it('refuses a refresh token, which is encrypted', async () => {
    const refreshToken = 'eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ.a2V5.aXY.dGV4dA.dGFn'
    expect((await refusalOf(trusting(cognito(pool))(refreshToken))).code).toBe('token_malformed')
  })

  it('checks the resource server where clients bind their tokens to one', async () => {
    const bound = cognito({ ...pool, audience: 'https://orders.example.com' })
    const forOrders = { ...accessToken, aud: 'https://orders.example.com' }
    await trusting(bound)(provider.token(forOrders))
    expect((await refusalBy(bound, { ...forOrders, aud: 'https://x.example.com' })).code).toBe(
      'audience_mismatch',
    )
    expect((await refusalBy(bound, accessToken)).details.claim).toBe('aud')
  })

  it('looks for roles in the claim that is named', async () => {
    const auth = await trusting(cognito({ ...pool, roles: 'app_roles' }))(
      provider.token({ ...accessToken, app_roles: ['buyer'] }),
    )
    expect(auth.roles).toEqual(['buyer'])
  })

  it.each([
    ['eu-central-1_AbC123xyz', 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC123xyz'],
    ['us-gov-west-1_AbC123', 'https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_AbC123'],
    ['cn-north-1_AbC123', 'https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_AbC123'],
    ['ap-southeast-2_9', 'https://cognito-idp.ap-southeast-2.amazonaws.com/ap-southeast-2_9'],
  ])('makes of the pool %s the issuer %s', (userPoolId, issuer) => {
    expect(cognito({ ...pool, userPoolId }).issuer).toBe(issuer)
  })

  it('knows the updated issuer, which is another one', async () => {
    const updated = cognito({ ...pool, issuerType: 'updated' })
    const iss = 'https://issuer-cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC123xyz'
    expect(updated.issuer).toBe(iss)
    expect((await refusalBy(updated, accessToken)).code).toBe('issuer_mismatch')
    expect((await refusalBy(cognito(pool), { ...accessToken, iss })).code).toBe('issuer_mismatch')
  })

  it('takes a region that agrees with the pool, and refuses one that does not', () => {
    expect(cognito({ ...pool, region: 'eu-central-1' }).issuer).toBe(accessToken.iss)
    const error = mistakeOf(() => cognito({ ...pool, region: 'us-east-1' }))
    expect(error.option).toBe('region')
    expect(error.message).toContain('eu-central-1')
  })

  it.each([
    ['userPoolId', { userPoolId: 'AbC123xyz' }],
    ['userPoolId', { userPoolId: 'eu-central-1' }],
    ['userPoolId', { userPoolId: 'eu-central-1_' }],
    ['userPoolId', { userPoolId: 'eu-central-1_a/../b' }],
    ['userPoolId', { userPoolId: 'evil.test#eu-central-1_AbC' }],
    ['userPoolId', { userPoolId: 'arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_A' }],
    ['userPoolId', { userPoolId: `eu-central-1_${'a'.repeat(60)}` }],
    ['userPoolId', { userPoolId: undefined }],
    ['clientId', { clientId: undefined }],
    ['clientId', { clientId: null }],
    ['clientId', { clientId: [] }],
    ['region', { region: '' }],
    ['issuerType', { issuerType: 'UPDATED' }],
    ['audience', { audience: null }],
    ['roles', { roles: '' }],
    ['clients', { clients: 'a' }],
  ])('refuses a wrong %s: %p', (option, wrong) => {
    expect(mistakeOf(() => cognito({ ...pool, ...wrong } as CognitoOptions)).option).toBe(option)
  })
})
