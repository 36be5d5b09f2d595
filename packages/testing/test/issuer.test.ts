import * as core from '@portcullis/core'
import { createTestClock, createTestIssuer, type TestAlgorithm } from '@portcullis/testing'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'

const ASYMMETRIC: readonly TestAlgorithm[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

describe('a token', () => {
  it.each(ASYMMETRIC)(
    'of %s is verified by jose with what is published, the public half',
    async (algorithm) => {
      const issuer = await createTestIssuer({ algorithm })
      const [jwk = {}] = issuer.jwks().keys
      expect(jwk).toMatchObject({ alg: algorithm, use: 'sig', kid: issuer.signingKeyId })
      for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(jwk).not.toHaveProperty(name)
      const { payload } = await jwtVerify(issuer.token(), createLocalJWKSet(issuer.jwks()), {
        issuer: issuer.url,
        audience: issuer.audience,
        typ: 'at+jwt',
        algorithms: [algorithm],
      })
      expect(payload.sub).toBe('test-user')
    },
  )

  it.each(['HS256', 'HS384', 'HS512'] as const)(
    'of %s is verified by jose with the secret',
    async (algorithm) => {
      const issuer = await createTestIssuer({ algorithm })
      await jwtVerify(issuer.token(), issuer.secret!, { issuer: issuer.url, algorithms: [algorithm] })
      await expect(jwtVerify(issuer.token(), Buffer.alloc(64, 1))).rejects.toThrow('signature')
    },
  )

  it('is signed with RS256 and has what RFC 9068 requires when nothing is asked for', async () => {
    const clock = createTestClock(1_700_000_000)
    const issuer = await createTestIssuer({ clock })
    expect(decodeProtectedHeader(issuer.token())).toEqual({
      alg: 'RS256',
      kid: issuer.signingKeyId,
      typ: 'at+jwt',
    })
    expect(decodeJwt(issuer.token())).toEqual({
      iss: 'https://issuer.test',
      sub: 'test-user',
      aud: 'test-api',
      client_id: 'test-client',
      iat: 1_700_000_000,
      exp: 1_700_000_300,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(decodeJwt(issuer.token()).jti).not.toBe(decodeJwt(issuer.token()).jti)
  })

  it('says what is asked for', async () => {
    const clock = createTestClock(1_700_000_000)
    const issuer = await createTestIssuer({ algorithm: 'ES256', clock, url: 'https://a.test', audience: 'a' })
    const token = issuer.token({
      subject: 'mia',
      clientId: 'app',
      audience: ['a', 'b'],
      scope: ['orders:read', 'orders:write'],
      roles: ['admin'],
      permissions: ['delete'],
      expiresIn: 60,
      notBefore: -5,
      typ: null,
      claims: { jti: undefined, realm_access: { roles: ['x'] } },
      header: { kid: undefined, jku: 'https://a.test/jwks' },
    })
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', jku: 'https://a.test/jwks' })
    expect(decodeJwt(token)).toEqual({
      iss: 'https://a.test',
      sub: 'mia',
      aud: ['a', 'b'],
      client_id: 'app',
      iat: 1_700_000_000,
      nbf: 1_699_999_995,
      exp: 1_700_000_060,
      scope: 'orders:read orders:write',
      roles: ['admin'],
      permissions: ['delete'],
      realm_access: { roles: ['x'] },
    })
    expect(decodeJwt(issuer.token({ scope: 'one two' })).scope).toBe('one two')
  })

  it('that was asked for by a misspelt option is not made', async () => {
    const issuer = await createTestIssuer({ algorithm: 'ES256' })
    expect(() => issuer.token({ role: ['admin'] } as object)).toThrow(
      /no option role; it has .*roles.*claims: \{/,
    )
  })

  it('that expires in the past was issued before that', async () => {
    const clock = createTestClock(1_700_000_000)
    const issuer = await createTestIssuer({ algorithm: 'ES256', clock })
    expect(decodeJwt(issuer.token({ expiresIn: -60 }))).toMatchObject({
      iat: 1_699_999_940,
      exp: 1_699_999_940,
    })
    const verify = core.createVerifier(issuer.verifierOptions(core))
    await expect(verify(issuer.token({ expiresIn: -60 }))).rejects.toMatchObject({ code: 'token_expired' })
  })

  it('comes as headers for a request', async () => {
    const issuer = await createTestIssuer({ algorithm: 'ES256' })
    const headers = new Headers(issuer.authorization({ roles: ['admin'] }))
    const [scheme, token = ''] = headers.get('authorization')!.split(' ')
    expect(scheme).toBe('Bearer')
    expect(decodeJwt(token).roles).toEqual(['admin'])
  })
})

describe('an issuer', () => {
  it('of HMAC publishes nothing and has a random secret', async () => {
    const [one, other] = await Promise.all([
      createTestIssuer({ algorithm: 'HS512', weakKeys: true }),
      createTestIssuer({ algorithm: 'HS512' }),
    ])
    expect(one.jwks()).toEqual({ keys: [] })
    expect(one.secret).toHaveLength(64)
    expect(one.secret).not.toEqual(other.secret)
    await expect(one.rotate()).rejects.toThrow('shared secret')
    await expect(
      (await createTestIssuer({ algorithm: 'ES256' })).publish({ algorithm: 'HS256' }),
    ).rejects.toThrow('shared secret')
  })

  it('shares no key and no key id with another', async () => {
    const [one, other] = await Promise.all([createTestIssuer(), createTestIssuer()])
    expect(one.jwks().keys[0]!.n).not.toBe(other.jwks().keys[0]!.n)
    expect(one.signingKeyId).not.toBe(other.signingKeyId)
  })

  it('is refused for an algorithm that does not exist', async () => {
    await expect(createTestIssuer({ algorithm: 'none' as 'HS256' })).rejects.toThrow(/RS256.*EdDSA/)
    await expect(createTestIssuer({ algorithm: 'toString' as 'HS256' })).rejects.toThrow(RangeError)
  })

  it('signs whatever octets it is given', async () => {
    const issuer = await createTestIssuer({ algorithm: 'EdDSA' })
    const token = issuer.sign('{"alg":"EdDSA"}', Buffer.from([0xff]))
    const [header, payload] = token.split('.')
    expect(header).toBe(Buffer.from('{"alg":"EdDSA"}').toString('base64url'))
    expect(payload).toBe('_w')
    const verify = core.createVerifier(issuer.verifierOptions(core))
    const claims = decodeJwt(issuer.token())
    await verify(issuer.sign({ alg: 'EdDSA' }, claims))
    await expect(verify(issuer.sign({ alg: 'EdDSA' }, '[]'))).rejects.toMatchObject({
      code: 'token_malformed',
    })
  })
})

describe('the options of a verifier', () => {
  it('are a type that createVerifier and issuers take', async () => {
    const issuer = await createTestIssuer({ algorithm: 'HS256' })
    const { localJwks, secret } = core
    const options: core.VerifierOptions = issuer.verifierOptions({ localJwks, secret })
    expect((await core.createVerifier(options)(issuer.token())).subject).toBe('test-user')
    const many: core.VerifierOptions = { issuers: [issuer.verifierOptions(core)] }
    expect((await core.createVerifier(many)(issuer.token())).subject).toBe('test-user')
  })

  it('have the clock that the issuer has', async () => {
    const clock = createTestClock(1_000_000_000)
    const issuer = await createTestIssuer({ algorithm: 'ES256', clock })
    const verify = core.createVerifier(issuer.verifierOptions(core))
    const token = issuer.token({ expiresIn: 60 })
    await verify(token)
    clock.advance(66)
    await expect(verify(token)).rejects.toMatchObject({ code: 'token_expired' })
    expect(
      await createTestIssuer({ algorithm: 'ES256' }).then((one) => one.verifierOptions(core)),
    ).not.toHaveProperty('clock')
  })
})
