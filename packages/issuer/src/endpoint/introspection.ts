import type { AuthenticatedClient } from '../clients/authenticate-client.js'
import type { Form } from '../http/form.js'
import { uncachedJson } from '../http/json-response.js'
import { livesAt } from '../refresh/refresh-family.js'
import { parseRefreshToken } from '../refresh/refresh-token.js'
import type { IssuerSettings } from './issuer-options.js'
import { OAuthError } from './oauth-error.js'
import type { OwnToken } from './own-tokens.js'

const INACTIVE = { active: false }

/**
 * RFC 7662: what a token is, told to the client that it was made for or that it is addressed to; for everybody else,
 * and for whatever is not in force, it is inactive.
 */
export function introspect(
  { issuer, refreshTokens, clock }: IssuerSettings,
  readToken: (token: string) => Promise<OwnToken | undefined>,
) {
  const describeRefreshToken = async (text: string, clientId: string) => {
    const token = parseRefreshToken(text)
    const family = token === undefined ? undefined : await refreshTokens.find(token.familyId)
    if (family?.grant.clientId !== clientId || family.current !== token?.digest) return INACTIVE
    if (!livesAt(family, clock())) return INACTIVE
    const { subject, scope, keyThumbprint } = family.grant
    const bound = keyThumbprint === undefined ? {} : { cnf: { jkt: keyThumbprint } }
    const exp = Math.floor(Math.min(family.expiresAt, family.idleExpiresAt))
    return {
      active: true,
      iss: issuer,
      sub: subject,
      client_id: clientId,
      scope: scope.join(' '),
      exp,
      ...bound,
    }
  }

  return async ({ client }: AuthenticatedClient, form: Form): Promise<Response> => {
    if (client.authentication.method === 'none') throw new OAuthError('invalid_client')
    const text = form.get('token')
    if (text === undefined) throw new OAuthError('invalid_request', { description: 'The token is missing' })
    const token = await readToken(text)
    if (token === undefined) return uncachedJson(await describeRefreshToken(text, client.id))
    const audience = Array.isArray(token.aud) ? token.aud : [token.aud]
    const concerned =
      token.client_id === client.id || (client.audiences ?? []).some((name) => audience.includes(name))
    if (!concerned) return uncachedJson(INACTIVE)
    const tokenType = token.cnf === undefined ? 'Bearer' : 'DPoP'
    return uncachedJson({ ...token, active: true, token_type: tokenType })
  }
}
