import './without-notices.js'
import { errors, Provider, type ResourceServer } from 'oidc-provider'
import { CLIENTS, clientNamed } from './clients.js'
import { listen, type Listening, type RequestHandler } from './listen.js'
import { RESOURCES } from './resources.js'
import {
  createSigningKey,
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
  type SigningKey,
} from './signing-keys.js'

export interface AuthorizationServer extends Listening {
  /** The `iss` of its tokens. */
  readonly issuer: string
  /** Publishes these keys from now on, and signs with the first one for an algorithm. */
  useKeys(keys: readonly SigningKey[]): void
}

export interface AuthorizationServerOptions {
  /** How access tokens are signed; default ES256. */
  readonly algorithm?: SigningAlgorithm
  /** Whom it claims to be; default its own address, as an honest server does. */
  readonly issuer?: string
  /** Private keys as JWKs; default a fresh one for each algorithm. */
  readonly keys?: readonly SigningKey[]
}

const TOKEN_LIFETIME_SECONDS = 300

/** Starts oidc-provider on loopback: client credentials, and JWT access tokens by resource indicators. */
export async function startAuthorizationServer({
  algorithm = 'ES256',
  keys = SIGNING_ALGORITHMS.map(createSigningKey),
  issuer,
}: AuthorizationServerOptions = {}): Promise<AuthorizationServer> {
  const listening = await listen((request, response) => answer(request, response))
  const withKeys = (keys: readonly SigningKey[]) => createProvider(issuer ?? listening.url, algorithm, keys)
  const provider = withKeys(keys)
  let answer: RequestHandler = provider.callback()
  return {
    ...listening,
    issuer: provider.issuer,
    useKeys(next) {
      // Its tokens are JWTs, so that nothing has to be handed over from one provider to the next.
      answer = withKeys(next).callback()
    },
  }
}

function createProvider(issuer: string, algorithm: SigningAlgorithm, keys: readonly SigningKey[]): Provider {
  return new Provider(issuer, {
    jwks: { keys: [...keys] },
    clients: Object.entries(CLIENTS).map(([name, { secret }]) => ({
      client_id: name,
      client_secret: secret,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource, client) =>
          resourceServer(resource, client.clientId, algorithm),
      },
    },
    ttl: { ClientCredentials: TOKEN_LIFETIME_SECONDS },
    extraTokenClaims: (_context, token) => ({ roles: clientNamed(token.clientId).roles }),
  })
}

function resourceServer(resource: string, client: string, alg: SigningAlgorithm): ResourceServer {
  const audience = RESOURCES.get(resource)
  if (audience === undefined) throw new errors.InvalidTarget()
  return {
    audience,
    scope: clientNamed(client).scopes.join(' '),
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg } },
  }
}
