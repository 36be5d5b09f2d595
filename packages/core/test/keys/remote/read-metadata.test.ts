import { createMetadataReader } from '../../../src/keys/remote/read-metadata.js'

const ISSUER = 'https://id.example.com'
const read = (jwksUri: string, allowInsecureHttp = false, issuer = ISSUER) =>
  createMetadataReader({ issuer, url: new URL(issuer), allowInsecureHttp })(() =>
    Promise.resolve({ body: { issuer, jwks_uri: jwksUri }, maxAge: undefined }),
  )

describe('the jwks_uri of an https issuer', () => {
  it.each(['http://127.0.0.1/jwks', 'http://localhost/jwks', 'http://id.example.com/jwks'])(
    'is not led down to %s',
    async (jwksUri) => {
      await expect(read(jwksUri)).rejects.toThrow('name a jwks_uri that is no absolute https URL')
    },
  )

  it('may be at another origin, as with the large providers', async () => {
    const { href } = await read('https://keys.example.net/jwks')
    expect(href).toBe('https://keys.example.net/jwks')
  })

  it('may be plain http where the user has written so', async () => {
    const { href } = await read('http://id.internal/jwks', true)
    expect(href).toBe('http://id.internal/jwks')
  })
})

describe('metadata', () => {
  it('do not get their members from a prototype', async () => {
    const body = Object.create({ issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` }) as Record<string, unknown>
    const reader = createMetadataReader({ issuer: ISSUER, url: new URL(ISSUER), allowInsecureHttp: false })
    await expect(reader(() => Promise.resolve({ body, maxAge: undefined }))).rejects.toThrow('another issuer')
  })
})
