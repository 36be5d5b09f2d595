import '../../../test/support/clones-of-this-realm.ts'
import { createAuthenticator, createVerifier, nodeRequest, type AuthError } from '@portcullis/core'
import {
  authorizedFetch,
  clientSecret,
  createTokenSource,
  privateKeyJwt,
  type Credential,
} from '@portcullis/client'
import { generateKeyPairSync } from 'node:crypto'
import { serviceProvider } from '../../../test/support/oidc-provider.ts'
import { start, type Started } from '../../../test/support/start.ts'

const RESOURCE = 'https://orders.example.com'
const SECRET = 'a secret of the tests'
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
let server: Started

beforeAll(async () => {
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256', use: 'sig' }
  server = await start((url) => {
    const answer = serviceProvider(url, {
      clients: [
        { client_id: 'by-secret', client_secret: SECRET },
        {
          client_id: 'by-post',
          client_secret: SECRET,
          token_endpoint_auth_method: 'client_secret_post',
        },
        {
          client_id: 'by-key',
          token_endpoint_auth_method: 'private_key_jwt',
          jwks: { keys: [jwk] },
        },
      ],
      features: {
        dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 7), requireNonce: () => true },
      },
    })
    return (request, response) => void answer(request, response)
  })
}, 120_000)
afterAll(() => server.close())

const CREDENTIALS: Readonly<Record<string, Credential>> = {
  'by-secret': clientSecret(SECRET),
  'by-post': clientSecret(SECRET, { method: 'post' }),
  'by-key': privateKeyJwt({ key: privateKey, algorithm: 'ES256', keyId: 'one' }),
}
const sourceOf = (clientId: string, dpop: boolean) =>
  createTokenSource({
    issuer: server.url,
    clientId,
    credential: CREDENTIALS[clientId]!,
    resource: RESOURCE,
    scope: 'orders:read',
    dpop,
  })
const rules = () => ({ issuer: server.url, audience: RESOURCE, profile: 'at+jwt' }) as const

test.each(Object.keys(CREDENTIALS))('a client %s gets a token that is verified', async (clientId) => {
  const source = sourceOf(clientId, false)
  const [token, same] = await Promise.all([source.getToken(), source.getToken()])
  expect(same).toBe(token)
  const { subject, scopes } = await createVerifier(rules())(token.token)
  expect([subject, scopes]).toEqual([clientId, ['orders:read']])
})

test.each(Object.keys(CREDENTIALS))(
  'a client %s gets a bound token, nonce included, and uses it',
  async (clientId) => {
    const authenticate = createAuthenticator({ ...rules(), dpop: 'required' })
    const service = await start((address) => (request, response) => {
      authenticate(nodeRequest(request, () => address + (request.url ?? ''))).then(
        ({ subject }) => response.end(subject),
        (error: unknown) => response.writeHead((error as AuthError).status).end(),
      )
    })
    const call = authorizedFetch(sourceOf(clientId, true), { origins: [service.url] })
    const response = await call(`${service.url}/orders`)
    expect([response.status, await response.text()]).toEqual([200, clientId])
    await service.close()
  },
)

test('a wrong secret is refused as such', async () => {
  const source = createTokenSource({
    issuer: server.url,
    clientId: 'by-secret',
    credential: clientSecret('wrong'),
    resource: RESOURCE,
  })
  await expect(source.getToken()).rejects.toMatchObject({
    code: 'token_refused',
    oauthError: 'invalid_client',
  })
})
