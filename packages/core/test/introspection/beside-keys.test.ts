import { createVerifier, localJwks } from '@portcullis/core'
import { createSigner } from '../issuers/support/signer.js'
import { AUDIENCE, closeScenes, ISSUER, NOW, openScene, refusalOf } from './support/scene.js'

afterEach(closeScenes)

const OTHER = 'https://other.example.com'
const signer = createSigner('ES256', 'ours')
const stranger = createSigner('ES256', 'ours')
const keys = localJwks({ keys: [signer.jwk] })
const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'bob', iat: NOW, exp: NOW + 3600 }

describe('where an issuer has keys and can be asked', () => {
  test('a signed token is verified by its keys, and the issuer is not asked', async () => {
    const { endpoint, verify } = await openScene({ keys })
    expect((await verify(signer.token(claims))).subject).toBe('bob')
    expect((await verify('opaque-token')).subject).toBe('alice')
    expect(endpoint.questions.map(({ form }) => form.token)).toEqual(['opaque-token'])
  })

  test.each([
    ['another key', stranger.token(claims), 'signature_invalid'],
    ['no signature', signer.token(claims).replace(/[^.]+$/, ''), 'token_malformed'],
    ['an algorithm of none', signer.token(claims, { alg: 'none' }), 'algorithm_not_allowed'],
    ['five parts', 'a.b.c.d.e', 'token_malformed'],
  ])('a token with %s is refused here: the issuer cannot make it good', async (_, token, code) => {
    const { endpoint, verify } = await openScene({ keys })
    expect((await refusalOf(verify(token))).code).toBe(code)
    expect(endpoint.questions).toEqual([])
  })

  test('what has fewer or more dots is opaque', async () => {
    const { endpoint, verify } = await openScene({ keys })
    const tokens = ['one', 'one.two', 'one.two.three.four', 'v1.of.a.kind.with.many']
    for (const token of tokens) expect((await verify(token)).token).toBe(token)
    expect(endpoint.questions.map(({ form }) => form.token)).toEqual(tokens)
  })

  test('a signed token that was verified by a key is refused once the key is gone, an opaque one is not', async () => {
    const published = new Map([['ours', keys]])
    const { verify } = await openScene({ keys: { find: (header) => published.get('ours')?.find(header) } })
    const token = signer.token(claims)
    await verify(token)
    await verify('opaque-token')
    published.clear()
    expect((await refusalOf(verify(token))).code).toBe('key_unknown')
    expect((await verify('opaque-token')).subject).toBe('alice')
  })
})

describe('among many issuers', () => {
  async function openMany() {
    const { options, endpoint, clock } = await openScene()
    const { introspection } = options
    const other = createSigner('ES256', 'theirs')
    const verify = createVerifier({
      clock,
      issuers: [
        { issuer: OTHER, audience: 'billing-api', keys: localJwks({ keys: [other.jwk] }) },
        { issuer: ISSUER, audience: AUDIENCE, keys, introspection: introspection! },
      ],
    })
    return { verify, endpoint, other }
  }

  test('an opaque token is of the one that can be asked, and has its rules', async () => {
    const { verify, endpoint } = await openMany()
    expect((await verify('opaque-token')).issuer).toBe(ISSUER)
    expect((await verify('opaque-token')).issuer).toBe(ISSUER)
    expect(endpoint.questions).toHaveLength(1)
    endpoint.answer((response) => {
      const body = { active: true, iss: OTHER, aud: 'billing-api', exp: NOW + 60 }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
    expect((await refusalOf(verify('another-token'))).code).toBe('issuer_mismatch')
  })

  test('signed tokens of all are verified by the keys of each', async () => {
    const { verify, endpoint, other } = await openMany()
    expect((await verify(signer.token(claims))).issuer).toBe(ISSUER)
    const theirs = other.token({ ...claims, iss: OTHER, aud: 'billing-api' })
    expect((await verify(theirs)).issuer).toBe(OTHER)
    expect(endpoint.questions).toEqual([])
  })
})
