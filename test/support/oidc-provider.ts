import './without-notices.ts'
import { Provider, type ClientMetadata, type Configuration, type ResourceServer } from 'oidc-provider'

export interface ServiceProvider extends Omit<Configuration, 'clients' | 'ttl'> {
  /** Each with the grant `client_credentials`, unless it says otherwise. */
  readonly clients: readonly ClientMetadata[]
  /** What the tokens are, which clients get for whatever resource they name; default a JWT by RS256. */
  readonly tokens?: Partial<ResourceServer>
}

const JWT: Partial<ResourceServer> = { accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } }

const SERVICE = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }

/** oidc-provider for services: the tokens live for 300 s, and have the scope `orders:read`. */
export function serviceProvider(
  issuer: string,
  { clients, tokens = JWT, features = {}, ...configuration }: ServiceProvider,
): ReturnType<Provider['callback']> {
  const provider = new Provider(issuer, {
    ...configuration,
    clients: clients.map((client) => ({ ...SERVICE, ...client })),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource) => ({
          audience: resource,
          scope: 'orders:read',
          ...tokens,
        }),
      },
      ...features,
    },
    ttl: { ClientCredentials: 300 },
  })
  return provider.callback()
}
