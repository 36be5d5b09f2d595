import type { Client } from '../clients/client.js'
import { IssuerError } from '../issuer-error.js'
import type { RefreshGrant } from '../refresh/refresh-family.js'
import { newFamilyId, newRefreshToken, parseRefreshToken, textOf } from '../refresh/refresh-token.js'
import { ownClaims } from '../signing/access-token-claims.js'
import type { Signer } from '../signing/signer.js'
import { needsProof } from './dpop.js'
import type { IssuerSettings } from './issuer-options.js'
import { scopesAt } from './refresh-grant.js'

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
}

export interface SignIn {
  /**
   * @throws IssuerError `subject_invalid`, `client_unknown`, `proof_required`, `audience_invalid`, `claim_invalid`, `claim_reserved`, and
   *   those of key ring and stores
   */
  signIn(request: SignInRequest): Promise<SignedIn>
  signOut(refreshToken: string): Promise<void>
}

export function createSignIn(signer: Signer, settings: IssuerSettings): SignIn {
  const { clients, clock, dpop, refreshTokens, refreshLifetime, refreshIdle, onEvent } = settings
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
      onEvent({ kind: 'signed_in', clientId, subject })
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
      })
    },
    async signOut(refreshToken) {
      const token = parseRefreshToken(refreshToken)
      if (token !== undefined) await refreshTokens.revoke(token.familyId, clock())
    },
  }
}

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
  })
}
