import { createPublicKey, generateKeyPairSync, type JsonWebKey, type X509Certificate } from 'node:crypto'
import { createServer, type Server } from 'node:https'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { serviceProvider } from '../../../../../test/support/oidc-provider.ts'
import { listen, SERVER_TLS } from './tls.js'

export const RESOURCE = 'https://orders.example.com'
export const CLIENT = { client_id: 'shop', client_secret: 'shop-secret' } as const
/** Its tokens are bound to the certificate that it asks with. */
export const MUTUAL_TLS_CLIENT = { client_id: 'warehouse', client_secret: 'warehouse-secret' } as const

export interface AuthorizationServer {
  readonly issuer: string
  /** What its tokens are verified with. */
  readonly jwks: { readonly keys: readonly object[] }
  readonly server: Server
}

/** oidc-provider over TLS, with DPoP and certificate-bound tokens switched on. */
export async function startAuthorizationServer(): Promise<AuthorizationServer> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const about = { kid: 'signing', alg: 'ES256', use: 'sig' }
  const server = createServer(SERVER_TLS, (request, response) => void answer(request, response))
  const issuer = await listen(server)
  const byEs256 = { id_token_signed_response_alg: 'ES256' } as const
  const answer = serviceProvider(issuer, {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), ...about }] },
    clients: [
      { ...CLIENT, ...byEs256 },
      { ...MUTUAL_TLS_CLIENT, ...byEs256, tls_client_certificate_bound_access_tokens: true },
    ],
    features: {
      dPoP: { enabled: true },
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        getCertificate: ({ req }) => certificateOf(req.socket),
      },
    },
    tokens: { accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } },
    enabledJWA: { dPoPSigningAlgValues: ['ES256', 'EdDSA', 'PS256'] },
  })
  const publicKey: JsonWebKey = createPublicKey(privateKey.export({ format: 'pem', type: 'pkcs8' })).export({
    format: 'jwk',
  })
  return { issuer, jwks: { keys: [{ ...publicKey, ...about }] }, server }
}

function certificateOf(socket: Socket): X509Certificate | undefined {
  return socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
}
