import { generateKeyPairSync } from 'node:crypto'
import type { JWK } from 'jose'
import type { ApiKeys } from '../api-keys/api-keys.js'
import { OAuthError } from '../endpoint/oauth-error.js'
import type { Form } from '../http/form.js'
import type { RequestContext } from '../http/handler.js'
import type { Attempts } from './attempts.js'
import { provesClient, type AssertionRules } from './client-assertion.js'
import { digestOf, isDigestOf } from './client-secret.js'
import type { Client, ClientAuthentication, ClientStore } from './client.js'
import { presentedCredential, type PresentedCredential } from './presented-credential.js'

/** A client that has proven itself. */
export interface AuthenticatedClient {
  readonly client: Client
  /** The scopes of the API key that it used, where the key has less than the client. */
  readonly scopeLimit?: readonly string[]
}

export interface ClientAuthenticationParts extends AssertionRules {
  readonly clients: ClientStore
  readonly apiKeys: ApiKeys | undefined
  readonly attempts: Attempts
}

export type AuthenticateClient = (
  request: Request,
  form: Form,
  context: RequestContext,
) => Promise<AuthenticatedClient>

/**
 * Makes the check of clients. An unknown client, a client that is registered for another method and a wrong secret
 * take the same way, against a credential that nobody has, and get the same answer.
 */
export function createClientAuthentication(parts: ClientAuthenticationParts): AuthenticateClient {
  const { clients, attempts, apiKeys, clock } = parts
  const nobody = credentialsOfNobody()

  const proves = async (presented: PresentedCredential, registered: ClientAuthentication | undefined) => {
    const matches = registered?.method === presented.method
    if (presented.method === 'client_secret') {
      const { secrets } = matches && registered.method === 'client_secret' ? registered : nobody.secret
      const now = clock()
      const holds = secrets.map(
        ({ digest, expiresAt }) =>
          isDigestOf(presented.secret, digest) && (expiresAt === undefined || now < expiresAt),
      )
      return holds.includes(true)
    }
    if (presented.method === 'private_key_jwt') {
      const { jwks } = matches && registered.method === 'private_key_jwt' ? registered : nobody.keys
      return provesClient(presented.assertion, { clientId: presented.clientId, jwks }, parts)
    }
    return matches && presented.method === 'none'
  }

  const withApiKey = async (
    apiKey: string,
    clientId: string | undefined,
  ): Promise<AuthenticatedClient | undefined> => {
    const found = await apiKeys?.check(apiKey)
    if (found === undefined || (clientId !== undefined && clientId !== found.clientId)) return undefined
    const client = await clients.find(found.clientId)
    if (client?.authentication.method !== 'api_key') return undefined
    return found.scope === undefined ? { client } : { client, scopeLimit: found.scope }
  }

  const authenticate = async (presented: PresentedCredential): Promise<AuthenticatedClient | undefined> => {
    if (presented.method === 'api_key') return withApiKey(presented.apiKey, presented.clientId)
    if (presented.method === 'client_secret' && apiKeys?.recognises(presented.secret) === true) {
      return withApiKey(presented.secret, presented.clientId)
    }
    const client = await clients.find(presented.clientId)
    const holds = await proves(presented, client?.authentication)
    return holds && client !== undefined ? { client } : undefined
  }

  return async (request, form, { address }) => {
    const usesHeader = request.headers.has('authorization')
    try {
      const presented = presentedCredential(request, form)
      const attempted = presented.clientId ?? ''
      await attempts.admit(attempted, address)
      const found = await authenticate(presented)
      if (found !== undefined) return found
      await attempts.failed(attempted, address)
      throw new OAuthError('invalid_client')
    } catch (error) {
      if (error instanceof OAuthError && error.status === 401 && usesHeader) {
        throw new OAuthError('invalid_client', {
          headers: { 'WWW-Authenticate': 'Basic realm="token endpoint", charset="UTF-8"' },
        })
      }
      throw error
    }
  }
}

/** Credentials that are checked like any other, and that nobody can present. */
function credentialsOfNobody() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const unknown = digestOf(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  const jwk = publicKey.export({ format: 'jwk' }) as JWK & { kty: string }
  return {
    secret: { secrets: [{ digest: unknown } as { digest: string; expiresAt?: number }] },
    keys: { jwks: { keys: [jwk] } },
  }
}
