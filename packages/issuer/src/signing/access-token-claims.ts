import { randomBytes } from 'node:crypto'
import { IssuerError } from '../issuer-error.js'
import type { AccessTokenRequest } from './access-token-request.js'

/** Names that only the issuer writes: RFC 7519, 7800, 8693, 8705, 9068, 9396, 9449 and the grants of this family. */
const RESERVED = new Set(
  (
    'iss sub aud exp nbf iat jti client_id azp scope scp roles permissions cnf act may_act auth_time acr amr ' +
    'nonce sid authorization_details token_type active __proto__'
  ).split(' '),
)
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/
const THUMBPRINT = /^[\w-]{43}$/
/** Printable ASCII, and not long: it stands in every token. */
const SESSION_ID = /^[\x21-\x7e]{1,128}$/
const ID_BYTES = 16

interface Times {
  readonly issuedAt: number
  readonly expiresAt: number
}

/** The claims of an access token (RFC 9068 section 2.2). @throws IssuerError */
export function accessTokenClaims(
  issuer: string,
  request: AccessTokenRequest,
  { issuedAt, expiresAt }: Times,
): Readonly<Record<string, unknown>> & { readonly jti: string; readonly exp: number } {
  const { roles, permissions, actor, authenticatedAt, sessionId } = request
  if (authenticatedAt !== undefined && !Number.isFinite(authenticatedAt)) invalid('auth_time')
  return {
    ...ownClaims(request.claims),
    iss: issuer,
    sub: text(request.subject, 'subject_invalid'),
    aud: audienceOf(request.audience),
    client_id: text(request.clientId, 'client_unknown'),
    iat: issuedAt,
    exp: expiresAt,
    jti: randomBytes(ID_BYTES).toString('base64url'),
    ...grantedScope(request.scope),
    ...(roles === undefined ? {} : { roles: names(roles, 'roles') }),
    ...(permissions === undefined ? {} : { permissions: names(permissions, 'permissions') }),
    ...boundTo(request.keyThumbprint),
    ...(actor === undefined ? {} : { act: actor }),
    ...(authenticatedAt === undefined ? {} : { auth_time: Math.floor(authenticatedAt) }),
    ...sessionOf(sessionId),
  }
}

/** The `scope` claim (RFC 8693 section 4.2); none where nothing is granted. @throws IssuerError `claim_invalid` */
export function grantedScope(scope: readonly string[] = []): { readonly scope?: string } {
  if (!isNames(scope) || !scope.every((name) => SCOPE_TOKEN.test(name))) invalid('scope')
  return scope.length > 0 ? { scope: scope.join(' ') } : {}
}

/** The `cnf` claim (RFC 9449 section 6.1); none where nothing is bound. @throws IssuerError `claim_invalid` */
export function boundTo(keyThumbprint: string | undefined): { readonly cnf?: { readonly jkt: string } } {
  if (keyThumbprint === undefined) return {}
  return THUMBPRINT.test(keyThumbprint) ? { cnf: { jkt: keyThumbprint } } : invalid('cnf')
}

/** The `sid` claim; none where there is no session. @throws IssuerError `claim_invalid` */
function sessionOf(sessionId: string | undefined): { readonly sid?: string } {
  if (sessionId === undefined) return {}
  return SESSION_ID.test(sessionId) ? { sid: sessionId } : invalid('sid')
}

/** @throws IssuerError `claim_reserved` or `claim_invalid` */
export function ownClaims(claims: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  for (const [name, value] of Object.entries(claims)) {
    if (RESERVED.has(name)) throw new IssuerError('claim_reserved', { subject: name })
    if (!isPlainJson(value, 0)) invalid(name)
  }
  return { ...claims }
}

function audienceOf(audience: string | readonly string[]): string | readonly string[] {
  const list = typeof audience === 'string' ? [audience] : audience
  if (!isNames(list) || list.length === 0) throw new IssuerError('audience_invalid')
  const [only] = list
  return list.length === 1 && only !== undefined ? only : list
}

function text(value: string, code: 'subject_invalid' | 'client_unknown'): string {
  if (typeof value === 'string' && value !== '') return value
  throw new IssuerError(code)
}

function names(value: readonly string[], claim: string): readonly string[] {
  return isNames(value) ? value : invalid(claim)
}

function isNames(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.every((name) => typeof name === 'string' && name !== '') &&
    new Set(value).size === value.length
  )
}

function invalid(claim: string): never {
  throw new IssuerError('claim_invalid', { subject: claim })
}

const DEEPEST = 16

/** What JSON has, and nothing that JSON.stringify would leave out or turn into something else. */
function isPlainJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || depth > DEEPEST) return false
  if (Array.isArray(value)) return value.every((item) => isPlainJson(item, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  return Object.entries(value).every(([name, item]) => name !== 'toJSON' && isPlainJson(item, depth + 1))
}
