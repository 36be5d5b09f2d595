/** What a sign-in granted; it does not change while its refresh tokens follow one another. */
export interface RefreshGrant {
  readonly clientId: string
  readonly subject: string
  readonly audience: readonly string[]
  readonly scope: readonly string[]
  readonly roles?: readonly string[]
  readonly permissions?: readonly string[]
  readonly claims?: Readonly<Record<string, unknown>>
  readonly authenticatedAt?: number
  /** Thumbprint of the DPoP key that the sign-in is bound to. */
  readonly keyThumbprint?: string
  /** The `sid` of its tokens. */
  readonly sessionId?: string
}

/** The refresh tokens of one sign-in, of which one is good. Plain JSON; times are seconds since the epoch. */
export interface RefreshFamily {
  /** 128 random bits; part of each of its tokens. */
  readonly id: string
  readonly grant: RefreshGrant
  /** Digest of the token that is good. */
  readonly current: string
  /** The token before it, which within its grace gets the same successor. */
  readonly previous?: {
    readonly digest: string
    /** The successor, encrypted with a key that only the token before it yields. */
    readonly sealedSuccessor: string
    readonly graceUntil: number
  }
  readonly idleExpiresAt: number
  readonly expiresAt: number
  readonly revokedAt?: number
}

/** One use of a refresh token. */
export interface RefreshStep {
  readonly familyId: string
  /** Digest of the token that was presented. */
  readonly presented: string
  /** Digest of the token that is good afterwards. */
  readonly successor: string
  readonly sealedSuccessor: string
  readonly now: number
  readonly graceUntil: number
  readonly idleExpiresAt: number
  /** Thumbprint of the key that the family is bound to from now on, where it is bound to none yet. */
  readonly keyThumbprint?: string
}

export type RefreshOutcome =
  /** The presented token was the good one; the successor is now. */
  | { readonly kind: 'rotated' }
  /** It was the one before, within its grace: here is the successor that was made then. */
  | { readonly kind: 'repeated'; readonly sealedSuccessor: string }
  /** It was used before: the family is revoked. */
  | { readonly kind: 'reused' }
  /** Unknown, expired, idle for too long, or revoked. */
  | { readonly kind: 'ended' }

/** What a step makes of a family. A store applies it in one atomic step, or does the same in its own language. */
export function rotateFamily(
  family: RefreshFamily | undefined,
  step: RefreshStep,
): { readonly family: RefreshFamily | undefined; readonly outcome: RefreshOutcome } {
  if (family === undefined || !livesAt(family, step.now)) return { family, outcome: { kind: 'ended' } }
  const { previous } = family
  if (step.presented === family.current) {
    const { successor, presented, sealedSuccessor, graceUntil, keyThumbprint } = step
    const idleExpiresAt = Math.min(step.idleExpiresAt, family.expiresAt)
    const next = { digest: presented, sealedSuccessor, graceUntil }
    const grant = keyThumbprint === undefined ? family.grant : { keyThumbprint, ...family.grant }
    return {
      family: { ...family, grant, current: successor, previous: next, idleExpiresAt },
      outcome: { kind: 'rotated' },
    }
  }
  if (step.presented === previous?.digest && step.now < previous.graceUntil) {
    return { family, outcome: { kind: 'repeated', sealedSuccessor: previous.sealedSuccessor } }
  }
  return { family: { ...family, revokedAt: step.now }, outcome: { kind: 'reused' } }
}

/** Written so that a clock that answers NaN finds nothing alive. */
export function livesAt({ revokedAt, idleExpiresAt, expiresAt }: RefreshFamily, now: number): boolean {
  return revokedAt === undefined && now < idleExpiresAt && now < expiresAt
}
