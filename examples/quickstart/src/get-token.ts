import * as oauth from 'oauth4webapi'
import type { AuthorizationServer } from './authorization-server.js'
import { CLIENTS, type ClientName } from './clients.js'

// The demo stays on loopback, where plain http is as good as https.
// eslint-disable-next-line @typescript-eslint/no-deprecated
const options = { [oauth.allowInsecureRequests]: true }

/** Gets a token as a service does: client credentials (RFC 6749 section 4.4) for a resource (RFC 8707). */
export async function getToken(
  { issuer, url }: AuthorizationServer,
  client: ClientName,
  resource: string,
): Promise<string> {
  const discovered = await oauth.discoveryRequest(new URL(url), options)
  const server = await oauth.processDiscoveryResponse(new URL(issuer), discovered)
  const { secret, scopes } = CLIENTS[client]
  const parameters = { resource, ...(scopes.length > 0 ? { scope: scopes.join(' ') } : {}) }

  const response = await oauth.clientCredentialsGrantRequest(
    server,
    { client_id: client },
    oauth.ClientSecretBasic(secret),
    parameters,
    options,
  )
  const { access_token: token } = await oauth.processClientCredentialsResponse(
    server,
    { client_id: client },
    response,
  )
  return token
}
