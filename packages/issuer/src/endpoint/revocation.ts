import type { AuthenticatedClient } from '../clients/authenticate-client.js'
import type { Form } from '../http/form.js'
import { parseRefreshToken } from '../refresh/refresh-token.js'
import type { IssuerSettings } from './issuer-options.js'
import { OAuthError } from './oauth-error.js'
import type { OwnToken } from './own-tokens.js'
import { ownerOf } from './sign-in-owner.js'

/**
 * RFC 7009: ends a refresh token with its family, or an access token, if it is the client's own. What is unknown, dead
 * or another client's gets the same answer and stays as it is. Hints are not needed.
 */
export function revoke(
  { refreshTokens, revokedTokens, clock, onEvent }: IssuerSettings,
  readToken: (token: string) => Promise<OwnToken | undefined>,
) {
  return async ({ client }: AuthenticatedClient, form: Form): Promise<Response> => {
    const text = form.get('token')
    if (text === undefined) throw new OAuthError('invalid_request', { description: 'The token is missing' })
    const refreshToken = parseRefreshToken(text)
    if (refreshToken === undefined) {
      const own = await readToken(text)
      if (own?.client_id === client.id) {
        await revokedTokens.revoke(own.jti, own.exp)
        onEvent({ kind: 'token_revoked', clientId: client.id, subject: own.sub })
      }
    } else {
      const family = await refreshTokens.find(refreshToken.familyId)
      if (family?.grant.clientId === client.id) {
        await refreshTokens.revoke(family.id, clock())
        onEvent({ kind: 'token_revoked', ...ownerOf(family.grant) })
      }
    }
    return new Response(null, { status: 200, headers: { 'Cache-Control': 'no-store', Pragma: 'no-cache' } })
  }
}
