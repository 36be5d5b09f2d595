import type { Client } from '../clients/client.js'
import { IssuerError } from '../issuer-error.js'
import { livesAt, type RefreshGrant } from '../refresh/refresh-family.js'
import { newFamilyId, newRefreshToken, parseRefreshToken, textOf } from '../refresh/refresh-token.js'
import { ownClaims } from '../signing/access-token-claims.js'
import type { Signer } from '../signing/signer.js'
import { needsProof } from './dpop.js'
import type { IssuerSettings } from './issuer-options.js'
import { scopesAt } from './refresh-grant.js'
import { createRenewal } from './renewal.js'
import { commonScope } from './scope.js'
import { ownerOf, type SignInOwner } from './sign-in-owner.js'

/** A user whom the application has authenticated, and what he is to have. */
export interface SignInRequest {
  /** The user's id; never that of a client. */
  readonly subject: string
  /** The client that the user signs in with. */
  readonly clientId: string
  /** Default every service that the client has access to. */
  readonly audience?: string | readonly string[]
  /** Default every scope that the client has there. */
  readonly scope?: readonly string[]
  readonly roles?: readonly string[]
  readonly permissions?: readonly string[]
  readonly claims?: Readonly<Record<string, unknown>>
  /** Seconds since the epoch; default now. */
  readonly authenticatedAt?: number
  /** Thumbprint of the key that the tokens are bound to, of a proof that came with the sign-in (`createDpopProofs()` of core). */
  readonly keyThumbprint?: string
  /** Names the session in each token (`sid`), by which all of them can be called back; a fresh and random text. */
  readonly sessionId?: string
}

export interface SignedIn {
  readonly accessToken: string
  readonly tokenType: 'Bearer' | 'DPoP'
  /** Seconds. */
  readonly expiresIn: number
  readonly scope: readonly string[]
  /** For clients with the grant `refresh_token`. */
  readonly refreshToken?: string
  /** Seconds after which the user has to sign in again, whatever he does. */
  readonly refreshExpiresIn?: number
  /** Seconds after which the refresh token dies unused. */
  readonly refreshIdleExpiresIn?: number
  /** Names the sign-in for `endSignIn`, where it has refresh tokens. To be kept by the application, and shown to nobody. */
  readonly signInId?: string
}

export type RefreshedSignIn =
  | (SignInOwner & SignedIn & { readonly kind: 'renewed' })
  /** The refresh token was used before, so that somebody else has had it: the sign-in has ended. */
  | (SignInOwner & { readonly kind: 'reused' })
  /** Unknown, expired, idle for too long, ended, another client's, or of a user who may not sign in any more. */
  | { readonly kind: 'ended' }

export interface SignIn {
  /**
   * @throws IssuerError `subject_invalid`, `client_unknown`, `proof_required`, `audience_invalid`, `claim_invalid`, `claim_reserved`, and
   *   those of key ring and stores
   */
  signIn(request: SignInRequest): Promise<SignedIn>
  /**
   * What the grant `refresh_token` does, for an application that keeps refresh tokens for its users, such as in
   * cookies. It speaks for the client itself.
   *
   * @throws IssuerError of key ring and stores: then nothing was used up
   */
  refresh(refreshToken: string, clientId: string): Promise<RefreshedSignIn>
  /** @returns whose sign-in it was */
  signOut(refreshToken: string): Promise<SignInOwner | undefined>
  endSignIn(signInId: string): Promise<void>
}

export function createSignIn(signer: Signer, settings: IssuerSettings): SignIn {
  const { clients, clock, dpop, refreshTokens, refreshLifetime, refreshIdle, subjectIsActive, onEvent } =
    settings
  const renew = createRenewal(signer, settings)
  return {
    async signIn(request) {
      const { subject, clientId } = request
      const client = await clients.find(clientId)
      if (client === undefined) throw new IssuerError('client_unknown')
      // Both stand in `sub`; a user who is called like a client would have its rights.
      if ((await clients.find(subject)) !== undefined) throw new IssuerError('subject_invalid')
      if (request.keyThumbprint === undefined && needsProof(dpop.mode, client)) {
        throw new IssuerError('proof_required')
      }
      // Its refresh tokens would need proofs that nobody looks at.
      if (request.keyThumbprint !== undefined && dpop.mode === 'off') {
        throw new IssuerError('claim_invalid', { subject: 'cnf' })
      }
      const now = clock()
      const grant = grantFrom(request, client, now)
      const signed = await signer.sign({ ...grant, lifetime: client.lifetime })
      const { token: accessToken, tokenType, expiresIn } = signed
      onEvent({ kind: 'signed_in', ...ownerOf(grant) })
      const answer = { accessToken, tokenType, expiresIn, scope: grant.scope }
      if (!client.grants.includes('refresh_token')) return Object.freeze(answer)
      const refreshToken = newRefreshToken(newFamilyId())
      const expiresAt = now + refreshLifetime
      await refreshTokens.create({
        id: refreshToken.familyId,
        grant,
        current: refreshToken.digest,
        idleExpiresAt: Math.min(now + refreshIdle, expiresAt),
        expiresAt,
      })
      return Object.freeze({
        ...answer,
        refreshToken: textOf(refreshToken),
        refreshExpiresIn: refreshLifetime,
        refreshIdleExpiresIn: Math.min(refreshIdle, refreshLifetime),
        signInId: refreshToken.familyId,
      })
    },
    async refresh(refreshToken, clientId) {
      const token = parseRefreshToken(refreshToken)
      const family = token === undefined ? undefined : await refreshTokens.find(token.familyId)
      const client = await clients.find(clientId)
      if (token === undefined || family?.grant.clientId !== clientId || !livesAt(family, clock()))
        return ENDED
      const { grant } = family
      // A sign-in that is bound to a key needs a proof, and none comes this way.
      if (client?.grants.includes('refresh_token') !== true || grant.keyThumbprint !== undefined) return ENDED
      const audience = grant.audience.filter((name) => Object.hasOwn(client.access, name))
      const isActive: unknown = await subjectIsActive(grant.subject)
      if (audience.length === 0 || isActive !== true) return ENDED
      const scope = commonScope(grant.scope, scopesAt(client, audience))
      const renewed = await renew({ client, token, family, audience, scope })
      if (renewed.kind === 'ended') return ENDED
      const owner = ownerOf(grant)
      if (renewed.kind === 'reused') return Object.freeze({ kind: 'reused', ...owner })
      const { signed, idleExpiresAt } = renewed
      onEvent({ kind: 'token_issued', ...owner })
      const now = clock()
      return Object.freeze({
        kind: 'renewed',
        ...owner,
        accessToken: signed.token,
        tokenType: signed.tokenType,
        expiresIn: signed.expiresIn,
        scope,
        refreshToken: renewed.refreshToken,
        refreshExpiresIn: Math.floor(family.expiresAt - now),
        refreshIdleExpiresIn: Math.floor(idleExpiresAt - now),
        signInId: family.id,
      })
    },
    async signOut(refreshToken) {
      const token = parseRefreshToken(refreshToken)
      if (token === undefined) return undefined
      const family = await refreshTokens.find(token.familyId)
      await refreshTokens.revoke(token.familyId, clock())
      return family === undefined ? undefined : ownerOf(family.grant)
    },
    endSignIn: (signInId) => refreshTokens.revoke(signInId, clock()),
  }
}

const ENDED = Object.freeze({ kind: 'ended' as const })

function grantFrom(request: SignInRequest, client: Client, now: number): RefreshGrant {
  const { audience = Object.keys(client.access), roles, permissions, claims } = request
  const audiences = typeof audience === 'string' ? [audience] : audience
  if (audiences.length === 0 || !audiences.every((name) => Object.hasOwn(client.access, name))) {
    throw new IssuerError('audience_invalid')
  }
  const allowed = [...new Set(scopesAt(client, audiences))]
  const scope = request.scope ?? allowed
  if (!scope.every((each) => allowed.includes(each)))
    throw new IssuerError('claim_invalid', { subject: 'scope' })
  return Object.freeze({
    clientId: client.id,
    subject: request.subject,
    audience: audiences,
    scope,
    ...(roles === undefined ? {} : { roles }),
    ...(permissions === undefined ? {} : { permissions }),
    ...(claims === undefined ? {} : { claims: ownClaims(claims) }),
    authenticatedAt: request.authenticatedAt ?? now,
    ...(request.keyThumbprint === undefined ? {} : { keyThumbprint: request.keyThumbprint }),
    ...(request.sessionId === undefined ? {} : { sessionId: request.sessionId }),
  })
}
