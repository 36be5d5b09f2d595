import { checkRegisteredClaims } from './claims/registered-claims.js'
import { Auth } from './claims/verified-token.js'
import { andThen, type Eventual } from './eventual.js'
import type { JwsHeader } from './jose/jws-header.js'
import type { TrustedIssuer } from './keys/trusted-issuer.js'
import type { VerifierSettings } from './options/verifier-options.js'
import type { ChallengeSettings } from './outcome/challenge.js'
import { readConfirmation, type ConfirmationMethod } from './proof/confirmation.js'
import type { KeptToken } from './state/verified-token-cache.js'

/** What the walk is told, beside the options of a verifier. */
export interface WalkSettings extends VerifierSettings {
  /** How a later refusal of the token is to be challenged. */
  readonly challenge: ChallengeSettings
  /** The bindings whose proof will be checked; a token with another one is refused. */
  readonly confirmations: readonly ConfirmationMethod[]
}

/** Claims that come from the issuer for sure: a signature holds, or the issuer itself has said so. */
export interface IssuedClaims {
  readonly token: string
  readonly header: JwsHeader
  readonly claims: Readonly<Record<string, unknown>>
  readonly issuer: TrustedIssuer
}

/** Holds what an issuer says to its rules, and to the user's schema. */
export type ProveClaims = (issued: IssuedClaims) => Eventual<Pick<KeptToken, 'verified' | 'from' | 'until'>>

export function createClaimsProof({ schema, clock, challenge, confirmations }: WalkSettings): ProveClaims {
  return ({ token, header, claims: issued, issuer }) => {
    const { proven, from, until } = checkRegisteredClaims(issued, issuer, clock())
    const confirmation = readConfirmation(proven, confirmations)
    return andThen(schema === undefined ? proven : schema(proven), (claims) => {
      const verified = new Auth({
        token,
        header,
        proven,
        claims,
        claimPaths: issuer.claimPaths,
        challenge,
        confirmation,
        until,
        clock,
      })
      return { verified, from, until }
    })
  }
}
