import type { Actor } from '../signing/access-token-request.js'
import type { Signer } from '../signing/signer.js'
import type { Grant } from './grant.js'
import { OAuthError } from './oauth-error.js'
import type { OwnToken } from './own-tokens.js'
import { commonScope, grantedScope } from './scope.js'
import { targetOf } from './target.js'

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const JWT = 'urn:ietf:params:oauth:token-type:jwt'

/** What is asked of the parameters before anything is verified. */
const ACCEPTED_TYPES: ReadonlyMap<string, readonly (string | undefined)[]> = new Map([
  ['subject_token_type', [ACCESS_TOKEN, JWT]],
  ['requested_token_type', [ACCESS_TOKEN, JWT, undefined]],
  // The actor is the client that is authenticated; nobody else can be named.
  ['actor_token', [undefined]],
  ['actor_token_type', [undefined]],
])

export interface ExchangeParts {
  readonly signer: Signer
  readonly readToken: (token: string) => Promise<OwnToken | undefined>
  readonly maxActors: number
}

/**
 * RFC 8693: a service that was called with a user's token gets one to call on with. The new token is for one audience
 * of the client's, has scopes that both the user's token and the client have there, names the client as the actor,
 * stays bound to the user's key or is bound to the client's own, belongs to the user's session, and does not outlive the
 * user's token.
 */
export function tokenExchange({ signer, readToken, maxActors }: ExchangeParts): Grant {
  return async ({ client, scopeLimit }, form, keyThumbprint) => {
    for (const [name, accepted] of ACCEPTED_TYPES) {
      if (!accepted.includes(form.get(name))) {
        throw new OAuthError('invalid_request', { description: `The ${name} is missing or not supported` })
      }
    }
    const subject = await readToken(form.get('subject_token') ?? '')
    if (subject === undefined) {
      throw new OAuthError('invalid_request', { description: 'The subject_token is not valid' })
    }
    if (!isFor(subject, client.audiences ?? []) || !mayAct(subject, client.id)) {
      throw new OAuthError('invalid_request', {
        description: 'The client may not act with this subject_token',
      })
    }
    const audience = targetOf(form, Object.keys(client.access))
    const held = typeof subject.scope === 'string' ? subject.scope.split(' ') : []
    const here = commonScope(client.access[audience] ?? [], scopeLimit)
    const scope = grantedScope(form.get('scope'), commonScope(held, here))
    const actor: Actor = { sub: client.id, ...(isActor(subject.act) ? { act: subject.act } : {}) }
    if (lengthOf(actor) > maxActors) {
      throw new OAuthError('invalid_request', { description: 'Too many services act for each other' })
    }
    const sessionId = typeof subject.sid === 'string' ? subject.sid : undefined
    const signed = await signer.sign({
      subject: subject.sub,
      clientId: client.id,
      audience,
      scope,
      roles: namesOf(subject.roles),
      permissions: namesOf(subject.permissions),
      authenticatedAt: typeof subject.auth_time === 'number' ? subject.auth_time : undefined,
      // The one who presents the new token is the client: its own key, where it has shown one.
      keyThumbprint: keyThumbprint ?? thumbprintOf(subject),
      actor,
      // Who ends the session ends what services do in it.
      sessionId,
      notAfter: subject.exp,
      lifetime: client.lifetime,
    })
    return { signed, scope, subject: subject.sub, sessionId, issuedTokenType: ACCESS_TOKEN }
  }
}

function isFor({ aud }: OwnToken, names: readonly string[]): boolean {
  const audience = Array.isArray(aud) ? aud : [aud]
  return names.some((name) => audience.includes(name))
}

/** RFC 8693 section 4.4: where the token says who may act, nobody else may. */
function mayAct({ may_act: allowed }: OwnToken, clientId: string): boolean {
  return (
    allowed === undefined || (typeof allowed === 'object' && (allowed as Partial<Actor>).sub === clientId)
  )
}

function isActor(value: unknown): value is Actor {
  return typeof value === 'object' && value !== null
}

function lengthOf({ act }: Actor): number {
  return 1 + (act === undefined ? 0 : lengthOf(act))
}

function namesOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? (value as readonly string[]) : undefined
}

function thumbprintOf({ cnf }: OwnToken): string | undefined {
  const { jkt } = (cnf ?? {}) as { readonly jkt?: string }
  return jkt
}
