import type { Refusal } from './codes.js'

/** What a resource server says of itself in each challenge. */
export interface ChallengeSettings {
  /** The protection space (RFC 9110 section 11.5); left out of the challenge when undefined. */
  readonly realm?: string | undefined
}

/**
 * The value of `WWW-Authenticate` by RFC 6750 section 3. Every part is a constant of this library or was checked
 * when the configuration was read; nothing of the request enters it.
 */
export function bearerChallenge(
  refusal: Refusal,
  settings: ChallengeSettings,
  scopes: readonly string[],
): string {
  const parameters: string[] = []
  if (settings.realm !== undefined) parameters.push(`realm="${settings.realm}"`)
  if (refusal.error !== undefined) {
    parameters.push(`error="${refusal.error}"`, `error_description="${refusal.description}"`)
  }
  if (scopes.length > 0) parameters.push(`scope="${scopes.join(' ')}"`)
  return parameters.length > 0 ? `Bearer ${parameters.join(', ')}` : 'Bearer'
}
