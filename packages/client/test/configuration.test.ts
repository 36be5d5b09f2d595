import { generateKeyPairSync } from 'node:crypto'
import {
  apiKey,
  authorizedFetch,
  clientSecret,
  createTokenSource,
  ownSigner,
  privateKeyJwt,
  type TokenSourceOptions,
} from '@portcullis/client'
import { createKeyRing, createSigner } from '@portcullis/issuer'

const base: TokenSourceOptions = {
  issuer: 'https://id.example.com',
  clientId: 'orders',
  credential: clientSecret('a secret of the tests'),
}
const signer = createSigner({ issuer: 'https://orders.example.com', keyRing: createKeyRing() })
const signing = { clientId: 'orders', credential: ownSigner(signer), audience: 'inventory-api' }
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })

const WRONG: Readonly<Record<string, readonly [option: string, make: () => unknown]>> = {
  'no issuer': ['issuer', () => createTokenSource({ ...base, issuer: undefined as never })],
  'an issuer with plain http': [
    'issuer',
    () => createTokenSource({ ...base, issuer: 'http://id.example.com' }),
  ],
  'an issuer with a query': [
    'issuer',
    () => createTokenSource({ ...base, issuer: 'https://id.example.com?a' }),
  ],
  'an issuer with a password': [
    'issuer',
    () => createTokenSource({ ...base, issuer: 'https://a:b@id.example.com' }),
  ],
  'an endpoint with plain http': [
    'tokenEndpoint',
    () => createTokenSource({ ...base, tokenEndpoint: 'http://id.example.com/token' }),
  ],
  'a secret in the place of a credential': [
    'credential',
    () => createTokenSource({ ...base, credential: 'secret' as never }),
  ],
  'an empty client id': ['clientId', () => createTokenSource({ ...base, clientId: '' })],
  'a scope with two spaces': ['scope', () => createTokenSource({ ...base, scope: 'a  b' })],
  'a scope with a quotation mark': ['scope', () => createTokenSource({ ...base, scope: ['a"b'] })],
  'a resource that is a path': ['resource', () => createTokenSource({ ...base, resource: '/stock' })],
  'a resource with a fragment': [
    'resource',
    () => createTokenSource({ ...base, resource: 'https://a.example.com#b' }),
  ],
  'a timeout without end': [
    'timeout',
    () => createTokenSource({ ...base, timeout: Number.POSITIVE_INFINITY }),
  ],
  'a clock of milliseconds': ['clock', () => createTokenSource({ ...base, clock: () => Date.now() })],
  'an option that nobody knows': ['scopes', () => createTokenSource({ ...base, scopes: 'a' } as never)],
  'a storage without save': [
    'refreshToken',
    () => createTokenSource({ ...base, refreshToken: { load: () => 'a' } as never }),
  ],
  'a signer with another issuer': [
    'issuer',
    () => createTokenSource({ ...signing, issuer: 'https://id.example.com' }),
  ],
  'a signer without audience': [
    'audience',
    () => createTokenSource({ ...signing, audience: undefined as never }),
  ],
  'a signer with a refresh token': [
    'refreshToken',
    () => createTokenSource({ ...signing, refreshToken: { load: () => 'a', save: () => undefined } }),
  ],
  'a signer that signs nothing': [
    'ownSigner()',
    () => ownSigner({ issuer: 'https://a.example.com' } as never),
  ],
  'an empty secret': ['clientSecret()', () => clientSecret('')],
  'a secret with a line end': ['clientSecret()', () => clientSecret('a\nb')],
  'a way that nobody knows': ['method', () => clientSecret('a', { method: 'query' as never })],
  'an empty API key': ['apiKey()', () => apiKey('')],
  'a public key': ['privateKeyJwt().key', () => privateKeyJwt({ key: ec.publicKey, algorithm: 'ES256' })],
  'a key without algorithm': ['privateKeyJwt().algorithm', () => privateKeyJwt({ key: ec.privateKey })],
  'a key for another algorithm': [
    'privateKeyJwt().key',
    () => privateKeyJwt({ key: ec.privateKey, algorithm: 'ES384' }),
  ],
  'a short key': ['privateKeyJwt().key', () => privateKeyJwt({ key: weak.privateKey, algorithm: 'RS256' })],
  'a symmetric algorithm': [
    'privateKeyJwt().algorithm',
    () => privateKeyJwt({ key: ec.privateKey, algorithm: 'HS256' as never }),
  ],
  'a key of DPoP that is none': [
    'dpop.key',
    () => createTokenSource({ ...base, dpop: { key: {} as never } }),
  ],
  'no origin, and an audience that is no URL': [
    'origins',
    () => authorizedFetch(createTokenSource({ ...base, audience: 'inventory-api' })),
  ],
  'an empty list of origins': ['origins', () => authorizedFetch(createTokenSource(base), { origins: [] })],
  'an origin with a path': [
    'origins',
    () => authorizedFetch(createTokenSource(base), { origins: ['https://a.example.com/b'] }),
  ],
  'an origin with plain http': [
    'origins',
    () => authorizedFetch(createTokenSource(base), { origins: ['http://a.example.com'] }),
  ],
  'an origin that is a pattern': [
    'origins',
    () => authorizedFetch(createTokenSource(base), { origins: ['*'] }),
  ],
}

test.each(Object.entries(WRONG))('%s is refused where it is written', (_, [option, make]) => {
  expect(make).toThrow(expect.objectContaining({ code: 'configuration_invalid', option }) as Error)
})

test('plain http off loopback has to be asked for', () => {
  const insecure = { ...base, issuer: 'http://id.example.com', allowInsecureHttp: true }
  const source = createTokenSource({ ...insecure, audience: 'http://a.example.com/b' })
  expect(authorizedFetch(source, { allowInsecureHttp: true })).toBeInstanceOf(Function)
})

test('a source whose signer is its own acts for nobody', () => {
  expect(() => createTokenSource(signing).onBehalfOf('a.b.c')).toThrow(
    expect.objectContaining({ code: 'exchange_unsupported' }) as Error,
  )
})
