import type { AuthenticateClient, AuthenticatedClient } from '../clients/authenticate-client.js'
import { readForm, type Form } from '../http/form.js'
import type { Handler } from '../http/handler.js'
import { methodNotAllowed } from '../http/json-response.js'
import type { IssuerSettings } from './issuer-options.js'
import { OAuthError } from './oauth-error.js'

type Answer = (authenticated: AuthenticatedClient, form: Form, request: Request) => Promise<Response>

/** The frame of every endpoint: POST with a form by an authenticated client; refusals and failures become answers. */
export function clientEndpoint(
  authenticate: AuthenticateClient,
  onEvent: IssuerSettings['onEvent'],
  answer: Answer,
): Handler {
  return async (request, context = {}) => {
    if (request.method !== 'POST') return methodNotAllowed('POST')
    let clientId: string | undefined
    try {
      const form = await readForm(request)
      const authenticated = await authenticate(request, form, context)
      clientId = authenticated.client.id
      return await answer(authenticated, form, request)
    } catch (cause) {
      const known = clientId === undefined ? {} : { clientId }
      if (cause instanceof OAuthError) {
        onEvent({ kind: 'token_refused', error: cause.code, ...known })
        return cause.toResponse()
      }
      onEvent({ kind: 'failure', cause, ...known })
      return new OAuthError('temporarily_unavailable').toResponse()
    }
  }
}
