import { randomBytes } from 'node:crypto'
import { secret } from '@portcullis/express'
import jsonwebtoken from 'jsonwebtoken'

const bytes = randomBytes(32)

/** Options for tokens of {@link bearer}. */
export const OPTIONS = {
  issuer: 'https://id.example.com',
  audience: 'orders-api',
  keys: secret(bytes, 'HS256'),
} as const

/** The headers of a request with a token that the options believe, of the subject `alice`. */
export function bearer(claims: object = {}): { readonly Authorization: string } {
  const token = jsonwebtoken.sign({ sub: 'alice', ...claims }, bytes, {
    algorithm: 'HS256',
    issuer: OPTIONS.issuer,
    audience: OPTIONS.audience,
    expiresIn: 60,
  })
  return { Authorization: `Bearer ${token}` }
}
