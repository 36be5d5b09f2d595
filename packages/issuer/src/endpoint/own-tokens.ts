import { createPublicKey } from 'node:crypto'
import { jwtVerify, type JWTPayload } from 'jose'
import type { SigningKeys } from '../keys/key-ring.js'
import { SigningKey } from '../keys/signing-key.js'
import type { RevokedTokens } from './revoked-tokens.js'

/** The claims of a token that this issuer made, and that is in force. */
export interface OwnToken extends JWTPayload {
  readonly iss: string
  readonly sub: string
  readonly jti: string
  readonly exp: number
  readonly client_id: string
}

const LONGEST = 16_384

/**
 * Makes the check of access tokens of our own: type, signature by a key that still counts, issuer, time, revocation.
 * Undefined for whatever else. Encrypted tokens are for their audience, and cannot be read here.
 */
export function createOwnTokens(
  issuer: string,
  keyRing: SigningKeys,
  revokedTokens: RevokedTokens,
  clock: () => number,
): (token: string) => Promise<OwnToken | undefined> {
  return async (token) => {
    const now = clock()
    if (token.length > LONGEST || !Number.isFinite(now)) return undefined
    const key = await keyRing.findKey(keyIdOf(token))
    if (key === undefined) return undefined
    const material = SigningKey.materialOf(key)
    let payload: JWTPayload
    try {
      const verified = await jwtVerify(
        token,
        key.algorithm === 'HS256' ? material : createPublicKey(material),
        {
          algorithms: [key.algorithm],
          issuer,
          typ: 'at+jwt',
          requiredClaims: ['sub', 'aud', 'jti', 'exp', 'client_id'],
          currentDate: new Date(now * 1000),
        },
      )
      payload = verified.payload
    } catch {
      return undefined
    }
    return (await revokedTokens.isRevoked(payload.jti ?? '')) ? undefined : (payload as OwnToken)
  }
}

function keyIdOf(token: string): string | undefined {
  try {
    const header = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as {
      kid?: unknown
    }
    return typeof header.kid === 'string' ? header.kid : undefined
  } catch {
    return undefined
  }
}
