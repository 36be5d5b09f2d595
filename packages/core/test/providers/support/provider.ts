import {
  createVerifier,
  localJwks,
  type AuthError,
  type TrustedIssuerOptions,
  type Verifier,
} from '@portcullis/core'
import { createClock, NOW } from '../../issuers/support/clock.js'
import { refusalOf } from '../../issuers/support/failure.js'
import { createSigner, type Json } from '../../issuers/support/signer.js'

export { NOW } from '../../issuers/support/clock.js'
export { mistakeOf, refusalOf } from '../../issuers/support/failure.js'
export { createSigner, hmacToken, type Json } from '../../issuers/support/signer.js'

/** The key that the provider of a test file signs with, made at run time. */
export const provider = createSigner('RS256', 'provider-key-1')

/** Where the provider publishes it. */
export const providerKeys = localJwks({ keys: [provider.jwk] })

/** A verifier that trusts the provider as the preset has it. */
export function trusting(preset: TrustedIssuerOptions): Verifier {
  return createVerifier({ ...preset, keys: providerKeys, clock: createClock() })
}

/** What a preset refuses a token of the provider with; the claims are all signed, so that nothing else is wrong. */
export async function refusalBy(
  preset: TrustedIssuerOptions,
  claims: Json,
  header: Json = {},
): Promise<AuthError> {
  return refusalOf(trusting(preset)(provider.token(claims, header)))
}

/** When tokens of these tests were issued and when they die. */
export const times = { iat: NOW - 60, exp: NOW + 3540 }
