import type { Signer } from '../signing/signer.js'
import type { Grant } from './grant.js'
import { commonScope, grantedScope } from './scope.js'
import { targetOf } from './target.js'

/** RFC 6749 section 4.4: a token about the client itself, and no refresh token. */
export function clientCredentials(signer: Signer): Grant {
  return async ({ client, scopeLimit }, form, keyThumbprint) => {
    const audience = targetOf(form, Object.keys(client.access))
    const scope = grantedScope(form.get('scope'), commonScope(client.access[audience] ?? [], scopeLimit))
    const { id, roles, permissions, claims, lifetime } = client
    const about = { subject: id, clientId: id, roles, permissions, claims }
    const signed = await signer.sign({ ...about, audience, scope, lifetime, keyThumbprint })
    return { signed, scope, subject: id }
  }
}
