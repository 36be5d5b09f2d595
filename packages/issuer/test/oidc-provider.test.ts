import '../../../test/support/clones-of-this-realm.ts'
/* eslint-disable @typescript-eslint/no-deprecated -- plain http, on loopback */
import { createAuthenticator, createVerifier, nodeRequest, type AuthError } from '@portcullis/core'
import { generateKeyPair, exportJWK, type CryptoKey } from 'jose'
import * as oauth from 'oauth4webapi'
import { serviceProvider } from '../../../test/support/oidc-provider.ts'
import { start, type Started } from '../../../test/support/start.ts'

const RESOURCE = 'https://orders.example.com'
const INSECURE = { [oauth.allowInsecureRequests]: true } as const
const SECRET = 'a secret of the tests'
let server: Started
let as: oauth.AuthorizationServer
let privateKey: CryptoKey

beforeAll(async () => {
  const pair = await generateKeyPair('ES256')
  privateKey = pair.privateKey
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }
  server = await start((url) => {
    const answer = serviceProvider(url, {
      clients: [
        { client_id: 'by-secret', client_secret: SECRET },
        {
          client_id: 'by-key',
          token_endpoint_auth_method: 'private_key_jwt',
          jwks: { keys: [jwk] },
        },
      ],
      features: {
        dPoP: { enabled: true },
      },
    })
    return (request, response) => void answer(request, response)
  })
  const issuer = new URL(server.url)
  as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, INSECURE))
}, 120_000)
afterAll(() => server.close())

const METHODS: Readonly<Record<string, () => oauth.ClientAuth>> = {
  'by-secret': () => oauth.ClientSecretBasic(SECRET),
  'by-key': () => oauth.PrivateKeyJwt({ key: privateKey, kid: 'one' }),
}

async function getToken(clientId: string, DPoP?: oauth.DPoPHandle): Promise<string> {
  const client = { client_id: clientId }
  const parameters = { scope: 'orders:read', resource: RESOURCE }
  const options = { ...INSECURE, ...(DPoP === undefined ? {} : { DPoP }) }
  const authentication = METHODS[clientId]!()
  const response = await oauth.clientCredentialsGrantRequest(as, client, authentication, parameters, options)
  return (await oauth.processClientCredentialsResponse(as, client, response)).access_token
}

const rules = () => ({ issuer: server.url, audience: RESOURCE, profile: 'at+jwt' }) as const

test.each(Object.keys(METHODS))('the token of a client %s is verified', async (clientId) => {
  const { subject, scopes } = await createVerifier(rules())(await getToken(clientId))
  expect([subject, scopes]).toEqual([clientId, ['orders:read']])
})

test.each(Object.keys(METHODS))(
  'a token that is bound to a key of a client %s needs its proof',
  async (id) => {
    const DPoP = oauth.DPoP({}, await oauth.generateKeyPair('ES256'))
    const token = await getToken(id, DPoP)
    await expect(createVerifier(rules())(token)).rejects.toMatchObject({ code: 'proof_required' })

    const authenticate = createAuthenticator({ ...rules(), dpop: 'required' })
    const service = await start((address) => (request, response) => {
      authenticate(nodeRequest(request, () => address + (request.url ?? ''))).then(
        ({ subject }) => response.end(subject),
        (error: unknown) => {
          const { status, headers } = error as AuthError
          response.writeHead(status, headers).end()
        },
      )
    })
    const ask = (handle: oauth.DPoPHandle) =>
      oauth.protectedResourceRequest(token, 'GET', new URL('/orders', service.url), undefined, undefined, {
        ...INSECURE,
        DPoP: handle,
      })
    const answer = await ask(DPoP)
    expect([answer.status, await answer.text()]).toEqual([200, id])
    const thief = oauth.DPoP({}, await oauth.generateKeyPair('ES256'))
    await expect(ask(thief)).rejects.toBeInstanceOf(oauth.WWWAuthenticateChallengeError)
    await service.close()
  },
)
