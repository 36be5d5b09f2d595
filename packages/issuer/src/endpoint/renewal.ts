import type { Client } from '../clients/client.js'
import type { RefreshFamily } from '../refresh/refresh-family.js'
import { newRefreshToken, openSuccessor, sealSuccessor, textOf } from '../refresh/refresh-token.js'
import type { RefreshToken } from '../refresh/refresh-token.js'
import type { SignedToken } from '../signing/access-token-request.js'
import type { Signer } from '../signing/signer.js'
import type { IssuerSettings } from './issuer-options.js'
import { ownerOf } from './sign-in-owner.js'

/** One use of a refresh token; whatever it may be refused for has been looked at. */
export interface Renewal {
  readonly client: Client
  readonly token: RefreshToken
  readonly family: RefreshFamily
  readonly audience: readonly string[]
  readonly scope: readonly string[]
  readonly keyThumbprint?: string | undefined
}

export type Renewed =
  | {
      readonly kind: 'renewed'
      readonly signed: SignedToken
      readonly refreshToken: string
      /** Seconds since the epoch after which the refresh token dies unused. */
      readonly idleExpiresAt: number
    }
  /** Somebody else has had the token, and the family is revoked. */
  | { readonly kind: 'reused' }
  | { readonly kind: 'ended' }

/**
 * Lets a refresh token be followed by the next one. The access token is signed before: an outage costs nobody his
 * session.
 */
export function createRenewal(
  signer: Signer,
  settings: IssuerSettings,
): (asked: Renewal) => Promise<Renewed> {
  const { clock, refreshTokens, refreshGrace, refreshIdle, onEvent } = settings

  return async ({ client, token, family, audience, scope, keyThumbprint }) => {
    const { grant } = family
    const signed = await signer.sign({ ...grant, audience, scope, lifetime: client.lifetime, keyThumbprint })
    const successor = newRefreshToken(token.familyId)
    const now = clock()
    const idleExpiresAt = Math.min(now + refreshIdle, family.expiresAt)
    const outcome = await refreshTokens.rotate({
      familyId: token.familyId,
      presented: token.digest,
      successor: successor.digest,
      sealedSuccessor: sealSuccessor(token, successor),
      now,
      graceUntil: now + refreshGrace,
      idleExpiresAt,
      ...(isPublic(client) && keyThumbprint !== undefined ? { keyThumbprint } : {}),
    })
    if (outcome.kind === 'rotated') {
      return { kind: 'renewed', signed, refreshToken: textOf(successor), idleExpiresAt }
    }
    if (outcome.kind === 'repeated') {
      const refreshToken = textOf(openSuccessor(token, outcome.sealedSuccessor))
      const stored = await refreshTokens.find(token.familyId)
      return {
        kind: 'renewed',
        signed,
        refreshToken,
        idleExpiresAt: stored?.idleExpiresAt ?? family.idleExpiresAt,
      }
    }
    if (outcome.kind === 'reused') {
      onEvent({ kind: 'refresh_token_reused', ...ownerOf(grant) })
    }
    return outcome
  }
}

export function isPublic({ authentication }: Client): boolean {
  return authentication.method === 'none'
}
