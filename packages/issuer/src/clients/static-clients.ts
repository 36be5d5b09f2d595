import { ConfigurationError } from '@portcullis/core'
import { createLocalJWKSet } from 'jose'
import { IssuerError } from '../issuer-error.js'
import { ownClaims } from '../signing/access-token-claims.js'
import { TOKEN_EXCHANGE, type Client, type ClientStore } from './client.js'

const METHODS = ['client_secret', 'private_key_jwt', 'api_key', 'none']
const GRANTS = ['client_credentials', 'refresh_token', TOKEN_EXCHANGE]
const CLIENT_ID = /^[\x21-\x7e]{1,256}$/
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/
const DIGEST = /^[\w-]{43}$/
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth']

/**
 * Clients that are known when the service starts.
 *
 * @throws ConfigurationError
 */
export function staticClients(clients: readonly Client[]): ClientStore {
  const byId = new Map(clients.map((client) => [client.id, checkClient(client)]))
  if (byId.size < clients.length) throw new ConfigurationError('staticClients()', 'has an id twice')
  return Object.freeze({ find: (id: string) => byId.get(id) })
}

/** Checks a client before it is registered, here or in a store of your own. @throws ConfigurationError */
export function checkClient(client: Client): Client {
  const refuseUnless = (holds: boolean, message: string) => {
    if (!holds) throw new ConfigurationError('client', message)
  }
  const { authentication } = client
  refuseUnless(CLIENT_ID.test(client.id), 'id: expects 1 to 256 visible ASCII characters')
  refuseUnless(METHODS.includes(authentication.method), `method: expects one of ${METHODS.join(', ')}`)
  refuseUnless(
    client.grants.length > 0 && client.grants.every((grant) => GRANTS.includes(grant)),
    `grants: expects some of ${GRANTS.join(', ')}`,
  )
  refuseUnless(
    Object.values(client.access).every((scopes) => scopes.every((scope) => SCOPE_TOKEN.test(scope))),
    'access: expects lists of scopes',
  )
  refuseUnless(
    client.dpopBound === undefined || typeof client.dpopBound === 'boolean',
    'dpopBound: expects true or false',
  )
  if (authentication.method === 'client_secret') {
    const { secrets } = authentication
    refuseUnless(
      secrets.length >= 1 && secrets.length <= 2 && secrets.every(({ digest }) => DIGEST.test(digest)),
      'secrets: expects one or two digests of createClientSecret()',
    )
  }
  if (authentication.method === 'private_key_jwt') checkKeys(authentication.jwks.keys, refuseUnless)
  if (authentication.method === 'none') {
    refuseUnless(
      client.grants.every((grant) => grant === 'refresh_token'),
      'grants: a public client can have refresh_token only',
    )
  }
  try {
    ownClaims(client.claims)
  } catch (error) {
    throw new ConfigurationError('client', error instanceof IssuerError ? error.message : 'claims')
  }
  return Object.freeze({ ...client })
}

function checkKeys(keys: readonly object[], refuseUnless: (holds: boolean, message: string) => void): void {
  refuseUnless(
    keys.length > 0 && keys.every((key) => !PRIVATE_MEMBERS.some((name) => name in key)),
    'jwks: expects public keys',
  )
  createLocalJWKSet({ keys: [...keys] as never })
}
