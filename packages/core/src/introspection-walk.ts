import { createIntrospect, type IntrospectedClaims } from './introspection/introspect.js'
import type { JwsHeader } from './jose/jws-header.js'
import type { IntrospectingIssuer } from './keys/issuer-directory.js'
import { AuthError } from './outcome/auth-error.js'
import type { ProveClaims } from './prove-claims.js'
import type { KeptToken } from './state/verified-token-cache.js'

/** An opaque token has no header; the issuer's word stands in for the signature. */
const NO_HEADER: JwsHeader = Object.freeze({ alg: 'introspection' })

/** A signed token has two dots and an encrypted one has four; whatever else a request holds is opaque. */
export function isOpaque(token: string): boolean {
  let dots = 0
  for (let at = token.indexOf('.'); at >= 0 && dots <= 4; at = token.indexOf('.', at + 1)) dots++
  return dots !== 2 && dots !== 4
}

/** The walk of an opaque token: ask the issuer, then hold the answer to the same rules as the claims of a JWT. */
export function createIntrospectionWalk(
  issuer: IntrospectingIssuer,
  prove: ProveClaims,
  { clock, maxTokenLength }: { readonly clock: () => number; readonly maxTokenLength: number },
): (token: string) => Promise<KeptToken> {
  const introspect = createIntrospect(issuer.issuer, issuer.introspection)
  return async (token) => {
    try {
      if (token.length > maxTokenLength) {
        throw new AuthError('token_too_long', { details: { limit: maxTokenLength } })
      }
      // Before the question, since the answer may be as old as that.
      const askedAt = clock()
      const claims = withIssuer(await introspect(token), issuer.issuer)
      checkTokenType(claims)
      const { verified, from, until } = await prove({ token, header: NO_HEADER, claims, issuer })
      const askAgainAt = askedAt + issuer.introspection.cacheFor
      return { verified, from, until: Math.min(until, askAgainAt), issuer, key: undefined }
    } catch (error) {
      throw error instanceof AuthError
        ? AuthError.withContext(error, () => ({ issuer: issuer.issuer }))
        : error
    }
  }
}

/** `iss` may be left out of the answer (RFC 7662 section 2.2): it is the issuer who answers. */
function withIssuer(claims: IntrospectedClaims, issuer: string): IntrospectedClaims {
  return Object.hasOwn(claims, 'iss') ? claims : Object.freeze({ ...claims, iss: issuer })
}

/**
 * `token_type` may be left out too; where it is there it is that of an access token (RFC 6749 section 7.1), which a
 * refresh token has not. One of type DPoP without its key is no bearer token (RFC 9449 section 6.2).
 */
function checkTokenType(claims: IntrospectedClaims): void {
  if (!Object.hasOwn(claims, 'token_type')) return
  const { token_type: type } = claims
  const cnf = Object.hasOwn(claims, 'cnf') ? claims.cnf : undefined
  const name = typeof type === 'string' ? type.toLowerCase() : undefined
  const isBound = typeof cnf === 'object' && cnf !== null && Object.hasOwn(cnf, 'jkt')
  if (name === 'bearer' || (name === 'dpop' && isBound)) return
  throw new AuthError('claim_invalid', { details: { claim: 'token_type', expected: ['Bearer', 'DPoP'] } })
}
