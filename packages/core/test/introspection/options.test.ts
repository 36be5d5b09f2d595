import {
  ConfigurationError,
  createVerifier,
  type IntrospectionOptions,
  type SingleIssuerOptions,
} from '@portcullis/core'
import { refusalOf } from './support/scene.js'

const introspection: IntrospectionOptions = {
  endpoint: 'https://id.example.com/introspect',
  clientId: 'orders-api',
  clientSecret: 'keep this to yourself',
}
const one: SingleIssuerOptions = { issuer: 'https://id.example.com', audience: 'orders-api' }
const two: SingleIssuerOptions = { issuer: 'https://other.example.com', audience: 'orders-api' }

function mistake(factory: () => unknown): string {
  try {
    factory()
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message
    throw error
  }
  throw new Error('there was no complaint')
}

test.each<[string, object, RegExp]>([
  ['plain http', { endpoint: 'http://id.example.com/introspect' }, /^introspection\.endpoint: is plain http/],
  [
    'a relative address',
    { endpoint: '/introspect' },
    /^introspection\.endpoint: expects an absolute https URL/,
  ],
  [
    'credentials in the address',
    { endpoint: 'https://a:b@id.example.com/' },
    /^introspection\.endpoint: has a user name/,
  ],
  ['no client', { clientId: undefined }, /^introspection\.clientId: expects a string/],
  ['an empty secret', { clientSecret: '' }, /^introspection\.clientSecret: expects a string/],
  ['a secret that is no text', { clientSecret: 42 }, /^introspection\.clientSecret: expects a string/],
  [
    'answers that are good for an hour',
    { cacheFor: 3600 },
    /^introspection\.cacheFor: expects a number of seconds from 0 to 300/,
  ],
  ['no patience', { timeout: 0 }, /^introspection\.timeout: expects a number of seconds from 0\.1 to 30/],
  ['a misspelt name', { cachefor: 3 }, /^introspection\.cachefor: .*write cacheFor instead/],
])('%s is a mistake that is named when the verifier is made, without the secret', (_, wrong, message) => {
  const said = mistake(() => createVerifier({ ...one, introspection: { ...introspection, ...wrong } }))
  expect(said).toMatch(message)
  expect(said).not.toContain(introspection.clientSecret)
})

test('plain http is admitted where the issuer is, too', () => {
  const insecure = { ...introspection, endpoint: 'http://keycloak:8080/introspect' }
  const issuer = { ...one, introspection: insecure }
  expect(mistake(() => createVerifier({ issuers: [issuer] }))).toMatch(
    /^issuers\[0\]\.introspection\.endpoint: is plain/,
  )
  expect(() => createVerifier({ ...issuer, allowInsecureHttp: true })).not.toThrow()
})

test('only one of many issuers can be asked, since an opaque token names none', () => {
  const issuers = [one, two].map((issuer) => ({ ...issuer, introspection }))
  expect(mistake(() => createVerifier({ issuers }))).toMatch(/^issuers: has two entries with introspection/)
  expect(() => createVerifier({ issuers: [{ ...one, introspection }, two] })).not.toThrow()
})

test('an issuer that a resolver answers with cannot be asked: that is said instead of passed over', async () => {
  const verify = createVerifier({ resolveIssuer: () => ({ ...one, introspection }) })
  const claims = Buffer.from(JSON.stringify({ iss: one.issuer })).toString('base64url')
  const header = Buffer.from('{"alg":"ES256"}').toString('base64url')
  const refusal = await refusalOf(verify(`${header}.${claims}.${'A'.repeat(86)}`))
  expect(refusal.code).toBe('issuers_unavailable')
  expect((refusal.cause as Error).message).toMatch(/^resolveIssuer\(\)\.introspection: cannot be asked/)
})

test('without introspection an opaque token is refused as it always was', async () => {
  expect((await refusalOf(createVerifier(one)('opaque-token'))).code).toBe('token_malformed')
})
