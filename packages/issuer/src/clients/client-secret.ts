import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const SECRET_BYTES = 32

/** The digest by which a secret of full entropy is stored; a slow hash would add nothing but load. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

/** Compares in a time that does not tell how much is equal. */
export function isDigestOf(secret: string, digest: string): boolean {
  const [one, other] = [Buffer.from(digestOf(secret)), Buffer.from(digest)]
  return one.length === other.length && timingSafeEqual(one, other)
}

/**
 * Makes a client secret of 256 random bits: `secret` to hand over once, `digest` to register. Secrets that somebody
 * thought of cannot be registered, since a fast digest does not protect them.
 */
export function createClientSecret(): { readonly secret: string; readonly digest: string } {
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  return Object.freeze({ secret, digest: digestOf(secret) })
}
