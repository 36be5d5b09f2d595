import type { Client } from '../clients/client.js'
import { livesAt, type RefreshGrant } from '../refresh/refresh-family.js'
import { parseRefreshToken } from '../refresh/refresh-token.js'
import type { Signer } from '../signing/signer.js'
import type { Grant } from './grant.js'
import type { IssuerSettings } from './issuer-options.js'
import { OAuthError } from './oauth-error.js'
import { createRenewal, isPublic } from './renewal.js'
import { commonScope, grantedScope } from './scope.js'
import { targetOf } from './target.js'

/**
 * RFC 6749 section 6 with the rotation of RFC 9700 section 4.14.2. Whatever the request may be refused for is looked at
 * before the token is used up, and the access token is signed before as well: a refusal or an outage costs nobody his
 * session, and only the owner's own client can end it.
 */
export function refreshGrant(signer: Signer, settings: IssuerSettings): Grant {
  const { clock, refreshTokens, subjectIsActive } = settings
  const renew = createRenewal(signer, settings)

  return async ({ client }, form, keyThumbprint) => {
    const text = form.get('refresh_token')
    if (text === undefined)
      throw new OAuthError('invalid_request', { description: 'The refresh_token is missing' })
    const token = parseRefreshToken(text)
    const family = token === undefined ? undefined : await refreshTokens.find(token.familyId)
    if (token === undefined || family?.grant.clientId !== client.id || !livesAt(family, clock())) {
      throw new OAuthError('invalid_grant')
    }
    const { grant } = family
    if (!isHolder(grant, client, keyThumbprint)) throw new OAuthError('invalid_grant')
    const audience = audienceOf(grant, client, form)
    const scope = grantedScope(form.get('scope'), commonScope(grant.scope, scopesAt(client, audience)))
    const isActive: unknown = await subjectIsActive(grant.subject)
    if (isActive !== true) throw new OAuthError('invalid_grant')

    const renewed = await renew({ client, token, family, audience, scope, keyThumbprint })
    if (renewed.kind !== 'renewed') throw new OAuthError('invalid_grant')
    const { subject, sessionId } = grant
    return { signed: renewed.signed, scope, subject, sessionId, refreshToken: renewed.refreshToken }
  }
}

/**
 * RFC 9449 section 5: the refresh tokens of a public client are bound to its key. A client that proves itself may
 * change its key, but does not get bearer tokens out of a bound sign-in.
 */
function isHolder(grant: RefreshGrant, client: Client, keyThumbprint: string | undefined): boolean {
  if (grant.keyThumbprint === undefined) return true
  return isPublic(client) ? keyThumbprint === grant.keyThumbprint : keyThumbprint !== undefined
}

/** What was granted, or one of it (RFC 8707 section 2.2); what the client has lost since is left out. */
function audienceOf(
  grant: RefreshGrant,
  client: Client,
  form: Parameters<typeof targetOf>[0],
): readonly string[] {
  const allowed = grant.audience.filter((name) => Object.hasOwn(client.access, name))
  if (allowed.length === 0) throw new OAuthError('invalid_grant')
  return form.has('resource') || form.has('audience') ? [targetOf(form, allowed)] : allowed
}

export function scopesAt({ access }: Client, audience: readonly string[]): readonly string[] {
  return audience.flatMap((name) => (Object.hasOwn(access, name) ? (access[name] ?? []) : []))
}
