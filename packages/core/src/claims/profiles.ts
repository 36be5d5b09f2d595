import { AuthError } from '../outcome/auth-error.js'

/** What a kind of token must be, beyond RFC 7519. */
export interface Profile {
  /** The media types that `typ` may name (RFC 7515 section 4.1.9), lower case, without `application/`. */
  readonly types: readonly string[]
  /** Whether a token without `typ` is of this kind. */
  readonly typeMayBeAbsent: boolean
  readonly requiredClaims: readonly string[]
  /** @throws AuthError */
  check(claims: Readonly<Record<string, unknown>>): void
}

export type ProfileName =
  'jwt' | 'at+jwt' | 'sync+jwt' | 'sync-receipt+jwt' | 'file-grant+jwt' | 'file-manifest+jwt'

/** The kinds of token that can be asked for. */
export const PROFILES: ReadonlyMap<string, Profile> = new Map([
  [
    'jwt',
    // Proofs, logout tokens, security events and all other types have rules of their own and are refused by type.
    {
      types: ['jwt', 'at+jwt'],
      typeMayBeAbsent: true,
      requiredClaims: ['iss', 'exp'],
      check: () => undefined,
    },
  ],
  [
    'at+jwt',
    {
      types: ['at+jwt'],
      typeMayBeAbsent: false,
      requiredClaims: ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'],
      check: checkAccessToken,
    },
  ],
  ['sync+jwt', signedStatement('sync+jwt')],
  ['sync-receipt+jwt', signedStatement('sync-receipt+jwt')],
  ['file-grant+jwt', signedStatement('file-grant+jwt')],
  ['file-manifest+jwt', signedStatement('file-manifest+jwt')],
])

/** A statement about data or a file, for one audience and for one time, which is no access token (RFC 8725 section 3.11). */
function signedStatement(type: string): Profile {
  return {
    types: [type],
    typeMayBeAbsent: false,
    requiredClaims: ['iss', 'exp', 'aud', 'sub', 'iat', 'jti'],
    check: () => undefined,
  }
}

/** RFC 9068 section 2.2.3. */
function checkAccessToken(claims: Readonly<Record<string, unknown>>): void {
  if (Object.hasOwn(claims, 'scope') && typeof claims.scope !== 'string') {
    throw new AuthError('claim_invalid', { details: { claim: 'scope' } })
  }
}

const PREFIX = 'application/'

/** RFC 7515 section 4.1.9: compared without regard to case, `application/` may be left out. */
export function checkType(typ: string | undefined, profile: Profile): void {
  if (typ === undefined ? profile.typeMayBeAbsent : isOf(typ, profile)) return
  throw new AuthError('token_type_not_allowed', { details: { expected: profile.types } })
}

function isOf(typ: string, { types }: Profile): boolean {
  const type = typ.toLowerCase()
  return types.includes(type.startsWith(PREFIX) ? type.slice(PREFIX.length) : type)
}
