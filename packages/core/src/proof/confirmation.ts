import { AuthError } from '../outcome/auth-error.js'

/** What a token is bound to (RFC 7800): the key of DPoP proofs, or the client's TLS certificate. */
export type Confirmation =
  | { readonly method: 'jkt'; readonly thumbprint: string }
  | { readonly method: 'x5t#S256'; readonly thumbprint: string }

/** How a holder can prove that a token is his. */
export type ConfirmationMethod = Confirmation['method']

const METHODS: readonly ConfirmationMethod[] = ['jkt', 'x5t#S256']
/** SHA-256 as base64url. */
const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/

/**
 * Reads `cnf` (RFC 9449 section 6.1, RFC 8705 section 3.1). Members that are not known are ignored beside one that
 * is; two that are known are refused, since nothing says whether one proof or both are meant.
 *
 * @param checkable the bindings whose proof will be checked; a token with another one never becomes a bearer token
 * @returns undefined for a token that is bound to nothing
 * @throws AuthError `proof_required`, and `claim_invalid` for a binding that means nothing
 */
export function readConfirmation(
  claims: Readonly<Record<string, unknown>>,
  checkable: readonly ConfirmationMethod[],
): Confirmation | undefined {
  if (!Object.hasOwn(claims, 'cnf')) return undefined
  const cnf: unknown = claims.cnf
  const isObject = typeof cnf === 'object' && cnf !== null && !Array.isArray(cnf)
  const methods = isObject ? METHODS.filter((name) => Object.hasOwn(cnf, name)) : []
  const [method] = methods
  if (checkable.length === 0) throw new AuthError('proof_required')
  if (!isObject || methods.length > 1) throw invalid()
  if (method === undefined || !checkable.includes(method)) throw new AuthError('proof_required')
  const thumbprint = (cnf as Record<string, unknown>)[method]
  if (typeof thumbprint !== 'string' || !THUMBPRINT.test(thumbprint)) throw invalid()
  return { method, thumbprint }
}

function invalid(): AuthError {
  return new AuthError('claim_invalid', { details: { claim: 'cnf' } })
}
