import { ClientError } from '../client-error.js'

/** An answer of the token endpoint that has passed every check. */
export interface TokenResponse {
  readonly token: string
  readonly tokenType: 'Bearer' | 'DPoP'
  /** Seconds, more than 0. */
  readonly expiresIn: number
  readonly scope: readonly string[]
  readonly refreshToken: string | undefined
}

/** What the answer must agree with. */
export interface ExpectedResponse {
  readonly tokenType: 'Bearer' | 'DPoP'
  /** All of it; undefined where the issuer decides. */
  readonly scope: readonly string[] | undefined
  /** Of RFC 8693 section 2.2.1, for an exchange. */
  readonly isExchange: boolean
}

/** Characters of a bearer token (RFC 6750 section 2.1): nothing else is put into a header. */
const BEARER_TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/
/** RFC 6749 appendix A.17. */
const VISIBLE = /^[\x20-\x7e]+$/
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/
const LONGEST_TOKEN = 16 * 1024
/** Seconds: a token that is said to live for years is asked for anew all the same. */
const LONGEST_LIFE = 86_400
const ISSUED_TYPES: readonly unknown[] = [
  'urn:ietf:params:oauth:token-type:access_token',
  'urn:ietf:params:oauth:token-type:jwt',
]

/** Whether it has the form of a token that can stand in a header. */
export function isBearerToken(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TOKEN && BEARER_TOKEN.test(value)
}

export function isRefreshToken(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TOKEN && VISIBLE.test(value)
}

/**
 * Reads the answer with status 200 (RFC 6749 section 5.1), stricter than most: a lifetime must be there and a number.
 *
 * @throws ClientError `token_response_invalid`, `scope_reduced`
 */
export function readTokenResponse(
  body: Readonly<Record<string, unknown>>,
  expected: ExpectedResponse,
): TokenResponse {
  const invalid = (detail: string) => new ClientError('token_response_invalid', { detail })
  const { access_token: token, token_type: type, expires_in: expiresIn, refresh_token: refreshToken } = body
  if (!isBearerToken(token)) throw invalid('access_token')
  if (typeof type !== 'string' || type.toLowerCase() !== expected.tokenType.toLowerCase()) {
    throw invalid(`token_type is not ${expected.tokenType}`)
  }
  if (typeof expiresIn !== 'number' || !(expiresIn > 0 && expiresIn < Number.POSITIVE_INFINITY)) {
    throw invalid('expires_in')
  }
  if (refreshToken !== undefined && !isRefreshToken(refreshToken)) throw invalid('refresh_token')
  if (expected.isExchange && !ISSUED_TYPES.includes(body.issued_token_type))
    throw invalid('issued_token_type')
  const scope = readScope(body.scope)
  if (scope === undefined && body.scope !== undefined && body.scope !== '') throw invalid('scope')
  const missing = expected.scope?.filter((each) => scope !== undefined && !scope.includes(each)) ?? []
  // An empty scope that was sent takes away as well.
  const isEmptied = body.scope === '' && (expected.scope ?? []).length > 0
  if (missing.length > 0 || isEmptied) throw new ClientError('scope_reduced')
  return {
    token,
    tokenType: expected.tokenType,
    expiresIn: Math.min(expiresIn, LONGEST_LIFE),
    scope: scope ?? (body.scope === '' ? [] : (expected.scope ?? [])),
    refreshToken,
  }
}

function readScope(value: unknown): readonly string[] | undefined {
  return typeof value === 'string' && SCOPE.test(value) ? value.split(' ') : undefined
}
