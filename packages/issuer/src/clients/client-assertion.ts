import type { ReplayStore } from '@portcullis/core'
import { createHash } from 'node:crypto'
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose'
import { OAuthError } from '../endpoint/oauth-error.js'

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
const TYPES = [undefined, 'jwt', 'client-authentication+jwt']
const LONGEST_LIFE = 300
const CLOCK_TOLERANCE = 5
const LONGEST = 8192
const LONGEST_ID = 256

export const ASSERTION_ALGORITHMS: readonly string[] = ALGORITHMS

export interface AssertionRules {
  readonly issuer: string
  readonly replay: ReplayStore
  readonly clock: () => number
}

/**
 * Checks a client assertion (RFC 7523 section 3, and its revision's rule that `aud` is the issuer alone): signed by a
 * registered key, from and about the client, with an end within 300 s, and presented for the first time.
 *
 * @throws OAuthError `temporarily_unavailable` where the replay store cannot say
 */
export async function provesClient(
  assertion: string,
  { clientId, jwks }: { readonly clientId: string; readonly jwks: JSONWebKeySet },
  { issuer, replay, clock }: AssertionRules,
): Promise<boolean> {
  const now = clock()
  if (assertion.length > LONGEST || !Number.isFinite(now)) return false
  const payload = await verifiedPayload(assertion, jwks, now)
  const { iss, sub, aud, exp, jti } = payload ?? {}
  const sound =
    iss === clientId &&
    sub === clientId &&
    aud === issuer &&
    typeof jti === 'string' &&
    jti.length <= LONGEST_ID &&
    typeof exp === 'number' &&
    exp <= now + LONGEST_LIFE + CLOCK_TOLERANCE
  if (!sound) return false
  const id = createHash('sha256')
    .update(JSON.stringify(['client-assertion', clientId, jti]))
    .digest('base64url')
  try {
    const first: unknown = await replay.claim(id, exp + CLOCK_TOLERANCE + 1)
    return first === true
  } catch {
    throw new OAuthError('temporarily_unavailable')
  }
}

async function verifiedPayload(
  assertion: string,
  jwks: JSONWebKeySet,
  now: number,
): Promise<JWTPayload | undefined> {
  try {
    const { payload, protectedHeader } = await jwtVerify(assertion, createLocalJWKSet(jwks), {
      algorithms: ALGORITHMS,
      requiredClaims: ['iss', 'sub', 'aud', 'exp', 'jti'],
      currentDate: new Date(now * 1000),
      clockTolerance: CLOCK_TOLERANCE,
    })
    const type = protectedHeader.typ?.toLowerCase().replace(/^application\//, '')
    return TYPES.includes(type) ? payload : undefined
  } catch {
    return undefined
  }
}
