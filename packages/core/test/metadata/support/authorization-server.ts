import '../../introspection/support/without-notices.js'
import { Provider } from 'oidc-provider'
import { listen, type Listening } from './services.js'

export const SHOP = { client_id: 'shop', client_secret: 'shop-secret' } as const

/** oidc-provider with one client, which gets JWTs for whatever resource it names. */
export function startAuthorizationServer(): Promise<Listening> {
  return listen((issuer) => {
    const provider = new Provider(issuer, {
      clients: [{ ...SHOP, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }],
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_context, resource) => ({
            audience: resource,
            scope: 'orders:read',
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'RS256' } },
          }),
        },
      },
      ttl: { ClientCredentials: 300 },
    })
    const answer = provider.callback()
    return (request, response) => void answer(request, response)
  })
}
