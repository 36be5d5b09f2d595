import { ConfigurationError, discoverKeys, remoteJwks } from '@portcullis/core'

const URI = 'https://id.example.com/jwks'
const make = (options: object) => remoteJwks(URI, options)

function optionNamedBy(factory: () => unknown): string | undefined {
  try {
    factory()
  } catch (error) {
    return (error as ConfigurationError).option
  }
  return undefined
}

describe('the options of remote keys', () => {
  it.each([
    ['ageLimit', { ageLimit: 0 }],
    ['ageLimit', { ageLimit: '600' }],
    ['ageLimit', { ageLimit: Number.NaN }],
    ['ageLimit', { ageLimit: Number.POSITIVE_INFINITY }],
    ['minimumAge', { minimumAge: 0 }],
    ['refreshAt', { refreshAt: 1 }],
    ['staleLimit', { staleLimit: -1 }],
    ['staleLimit', { staleLimit: 599 }],
    ['staleLimit', { staleLimit: 604_801 }],
    ['backoff', { backoff: 0 }],
    ['backoffLimit', { backoff: 10, backoffLimit: 5 }],
    ['unknownKeyCooldown', { unknownKeyCooldown: 0 }],
    ['unknownKeyInterval', { unknownKeyInterval: 0 }],
    ['timeout', { timeout: 0 }],
    ['timeout', { timeout: 5000 }],
    ['maxResponseBytes', { maxResponseBytes: 1.5e3 + 0.5 }],
    ['maxKeys', { maxKeys: 0 }],
    ['requestAgent', { requestAgent: {} }],
    ['requestHeaders', { requestHeaders: 'x' }],
    ['requestHeaders', { requestHeaders: { 'x y': 'z' } }],
    ['requestHeaders', { requestHeaders: { x: 'a\r\nb: c' } }],
    ['requestHeaders', { requestHeaders: { x: 1 } }],
    ['client', { client: {} }],
    ['client', { client: 'https://id.example.com' }],
    ['requestHeaders', { client: { getKeys: () => [] }, requestHeaders: { x: 'y' } }],
    ['requestAgent', { client: { getKeys: () => [] }, requestAgent: { addRequest: () => undefined } }],
    ['allowInsecureHttp', { allowInsecureHttp: 'yes' }],
    ['clock', { clock: 0 }],
    ['cacheMaxAge', { cacheMaxAge: 600_000 }],
  ])('name the one that is wrong: %s in %p', (option, options) => {
    expect(() => make(options)).toThrow(ConfigurationError)
    expect(optionNamedBy(() => make(options))).toBe(option)
  })

  it('suggest the name that was meant', () => {
    expect(() => make({ agelimit: 600 })).toThrow('write ageLimit instead')
  })

  it('do not quote a header value that is wrong', () => {
    expect(() => make({ requestHeaders: { authorization: 'Bearer s3cret\n' } })).not.toThrow(/s3cret/)
  })

  it('are read once', () => {
    let reads = 0
    make({
      get ageLimit() {
        reads++
        return 600
      },
    })
    expect(reads).toBe(1)
  })

  it('have no client for discovery, where it could not follow the metadata', () => {
    const options: object = { client: { getKeys: () => Promise.resolve([]) } }
    expect(optionNamedBy(() => discoverKeys('https://id.example.com', options))).toBe('client')
  })
})

describe('the address of remote keys', () => {
  it.each([
    'http://id.example.com/jwks',
    'http://127.0.0.1.example.com/jwks',
    'http://localhost.example.com/jwks',
    'http://10.0.0.1/jwks',
    'http://169.254.169.254/jwks',
    'http://[::ffff:10.0.0.1]/jwks',
    'file:///etc/jwks.json',
    'data:application/json,{}',
    'ftp://id.example.com/jwks',
    'https://user:secret@id.example.com/jwks',
    'https://id.example.com/jwks#keys',
    '/jwks',
    '',
  ])('%p is refused when the source is made', (uri) => {
    expect(() => remoteJwks(uri)).toThrow(ConfigurationError)
    expect(() => discoverKeys(uri)).toThrow(ConfigurationError)
  })

  it.each([
    'https://id.example.com/jwks',
    'http://localhost:3000/jwks',
    'http://127.0.0.1/jwks',
    'http://[::1]/',
  ])('%p is admitted', (uri) => {
    expect(() => remoteJwks(uri)).not.toThrow()
    expect(() => discoverKeys(uri)).not.toThrow()
  })

  it('may be plain http where the user has written so', () => {
    expect(() => remoteJwks('http://id.internal/jwks', { allowInsecureHttp: true })).not.toThrow()
    expect(() => discoverKeys('http://id.internal', { allowInsecureHttp: true })).not.toThrow()
    expect(() => remoteJwks('file:///jwks', { allowInsecureHttp: true })).toThrow(ConfigurationError)
  })

  it('has no query where it is an issuer (RFC 8414 section 2)', () => {
    expect(() => discoverKeys('https://id.example.com/?tenant=1')).toThrow(ConfigurationError)
    expect(() => remoteJwks('https://id.example.com/jwks?p=policy')).not.toThrow()
  })
})
