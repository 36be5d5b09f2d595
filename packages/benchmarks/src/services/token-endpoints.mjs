import { randomBytes } from 'node:crypto'
import { URLSearchParams } from 'node:url'
import {
  createApiKeys,
  createClientSecret,
  createIssuer,
  createKeyRing,
  staticClients,
  toNodeHandler,
} from '@portcullis/issuer'
import { AUDIENCE, ISSUER, makeKeys } from '../contenders/signed-tokens.mjs'

const SCOPE = 'orders:read'
const LIFETIME = 300
const CLIENT = 'shop'

const basic = (secret) => ({
  authorization: `Basic ${Buffer.from(`${CLIENT}:${secret}`).toString('base64')}`,
})
const withSecret = (secret) => ({ headers: basic(secret), stranger: basic('wrong') })
const form = (members) =>
  new URLSearchParams({ grant_type: 'client_credentials', scope: SCOPE, ...members }).toString()

function portcullis(algorithm, authentication, apiKeys) {
  const issuer = createIssuer({
    issuer: ISSUER,
    keyRing: createKeyRing({ algorithm }),
    lifetime: LIFETIME,
    clients: staticClients([
      { id: CLIENT, authentication, grants: ['client_credentials'], access: { [AUDIENCE]: [SCOPE] } },
    ]),
    ...(apiKeys === undefined ? {} : { apiKeys }),
  })
  return toNodeHandler(issuer.handler)
}

/** Each answers how it serves requests, what a client sends to `/token`, and what a stranger would. */
export const ENDPOINTS = {
  /** Reads the body and answers as many bytes as a token has. */
  async bare() {
    const answer = JSON.stringify({
      access_token: randomBytes(420).toString('base64url'),
      token_type: 'Bearer',
      expires_in: LIFETIME,
      scope: SCOPE,
    })
    const handler = (request, response) => {
      request.resume().once('end', () => {
        response
          .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
          .end(answer)
      })
    }
    return { handler, ...withSecret('none'), body: form() }
  },

  async 'portcullis, client secret'(algorithm) {
    const { secret, digest } = createClientSecret()
    const authentication = { method: 'client_secret', secrets: [{ digest }] }
    return { handler: portcullis(algorithm, authentication), ...withSecret(secret), body: form() }
  },

  async 'portcullis, API key'(algorithm) {
    const apiKeys = createApiKeys({ prefix: 'shop_test' })
    const { key } = await apiKeys.create({ clientId: CLIENT })
    const handler = portcullis(algorithm, { method: 'api_key' }, apiKeys)
    return {
      handler,
      headers: { 'x-api-key': key },
      stranger: { 'x-api-key': 'shop_test_wrong' },
      body: form(),
    }
  },

  /** JWT access tokens by resource indicators, kept in memory, as ours are not. */
  async 'oidc-provider, client secret'(algorithm) {
    const secret = randomBytes(32).toString('base64url')
    const resource = `https://${AUDIENCE}.example.com`
    // It says at each start that its store is in memory.
    console.warn = () => undefined
    const { Provider } = await import('oidc-provider')
    const { privateKey } = makeKeys(algorithm)
    const provider = new Provider(ISSUER, {
      jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'key-1', alg: algorithm, use: 'sig' }] },
      clients: [
        {
          client_id: CLIENT,
          client_secret: secret,
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
          id_token_signed_response_alg: algorithm,
        },
      ],
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: () => ({
            audience: AUDIENCE,
            scope: SCOPE,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: algorithm } },
          }),
        },
      },
      ttl: { ClientCredentials: LIFETIME },
    })
    return { handler: provider.callback(), ...withSecret(secret), body: form({ resource }) }
  },
}
