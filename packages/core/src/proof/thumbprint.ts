import { createHash, timingSafeEqual } from 'node:crypto'

/** SHA-256 as base64url, as `jkt`, `ath` and `x5t#S256` have it. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('base64url')
}

/** Compares two digests in a time that does not tell how much of them is equal. */
export function equalDigests(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** The members that make up a key, in the order in which they are hashed (RFC 7638 section 3.2, RFC 8037 appendix A.3). */
const REQUIRED_MEMBERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['RSA', ['e', 'kty', 'n']],
  ['EC', ['crv', 'kty', 'x', 'y']],
  ['OKP', ['crv', 'kty', 'x']],
])

/** The thumbprint of a public key that has been imported before (RFC 7638). */
export function jwkThumbprint(jwk: Readonly<Record<string, unknown>>): string {
  const members = REQUIRED_MEMBERS.get(String(jwk.kty)) ?? []
  return sha256(JSON.stringify(Object.fromEntries(members.map((name) => [name, jwk[name]]))))
}
