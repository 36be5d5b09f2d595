import { jwk, type KeySource } from '@portcullis/core'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

/** Stands for your authorization server: examples/quickstart has a real one. */
export interface Issuer {
  readonly issuer: string
  readonly audience: string
  readonly keys: KeySource
  /** A token of a session, which lives for ten minutes; default scope `prices:read`. */
  token(subject: string, scope?: string): Promise<string>
}

export const TOKEN_LIFETIME_SECONDS = 600

export async function createIssuer(now: () => number): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const issuer = 'https://id.example.com'
  const audience = 'live-prices'
  return {
    issuer,
    audience,
    keys: jwk(await exportJWK(publicKey)),
    token: (subject, scope = 'prices:read') =>
      new SignJWT({ scope, sid: `session of ${subject}` })
        .setProtectedHeader({ alg: 'ES256' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(subject)
        .setIssuedAt(Math.floor(now()))
        .setExpirationTime(Math.floor(now()) + TOKEN_LIFETIME_SECONDS)
        .sign(privateKey),
  }
}
