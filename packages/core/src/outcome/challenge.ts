import type { Refusal } from './codes.js'

/** A way to present a token: RFC 6750, RFC 9449. */
export type Scheme = 'Bearer' | 'DPoP'

/** What a resource server says of itself in each challenge. */
export interface ChallengeSettings {
  /** The ways in which tokens are accepted here. */
  readonly schemes: readonly Scheme[]
  /** The protection space (RFC 9110 section 11.5). */
  readonly realm?: string | undefined
  /** Where the metadata of this protected resource are (RFC 9728 section 5.1). */
  readonly resourceMetadata?: string | undefined
  /** The algorithms of proofs (RFC 9449 section 7.1). */
  readonly proofAlgorithms?: readonly string[] | undefined
}

/** What one refusal adds to its challenge. */
export interface ChallengeParts {
  /** How the refused token was presented; its challenge carries the error. */
  readonly scheme?: Scheme | undefined
  /** The scopes that would be sufficient. */
  readonly scopes?: readonly string[] | undefined
  /** RFC 9470 section 3. */
  readonly acrValues?: readonly string[] | undefined
  /** Seconds (RFC 9470 section 3). */
  readonly maxAge?: number | undefined
}

export const BEARER_ONLY: ChallengeSettings = Object.freeze({
  schemes: Object.freeze(['Bearer'] as const),
  realm: undefined,
  resourceMetadata: undefined,
  proofAlgorithms: undefined,
})

/**
 * The value of `WWW-Authenticate`: one challenge for each scheme, the error on the one that was used. Every part is
 * a constant of this library or was checked when the configuration was read; nothing of the request enters it.
 */
export function challengeFor(refusal: Refusal, settings: ChallengeSettings, parts: ChallengeParts): string {
  const [first = 'Bearer'] = settings.schemes
  const used = parts.scheme !== undefined && settings.schemes.includes(parts.scheme) ? parts.scheme : first
  return settings.schemes
    .map((scheme) => challenge(scheme, scheme === used, refusal, settings, parts))
    .join(', ')
}

function challenge(
  scheme: Scheme,
  isUsed: boolean,
  { error, description }: Refusal,
  { realm, resourceMetadata, proofAlgorithms = [] }: ChallengeSettings,
  { scopes = [], acrValues = [], maxAge }: ChallengeParts,
): string {
  const parameters: (readonly [name: string, value: string | undefined])[] = [
    ['realm', realm],
    ['error', isUsed ? error : undefined],
    ['error_description', isUsed && error !== undefined ? description : undefined],
    ['scope', joined(scopes)],
    ['acr_values', isUsed ? joined(acrValues) : undefined],
    ['max_age', isUsed && Number.isFinite(maxAge) ? String(maxAge) : undefined],
    ['algs', scheme === 'DPoP' ? joined(proofAlgorithms) : undefined],
    ['resource_metadata', resourceMetadata],
  ]
  const written = parameters
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${value ?? ''}"`)
    .join(', ')
  return written === '' ? scheme : `${scheme} ${written}`
}

/** Characters of a scope (RFC 6749 section 3.3), all of which may stand in a quoted string. */
const QUOTABLE = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** What a policy of the user's own names is held against the grammar here, once for all. */
function joined(values: readonly string[]): string | undefined {
  return values.filter((value) => QUOTABLE.test(value)).join(' ') || undefined
}
