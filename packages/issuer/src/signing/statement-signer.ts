import { ConfigurationError } from '@portcullis/core'
import { CompactSign } from 'jose'
import { randomBytes } from 'node:crypto'
import {
  clockOrSystem,
  numberBetween,
  optional,
  type OptionReader,
  readOptions,
  withMethods,
} from '@portcullis/core/internal'
import { issuerIdentifier } from '../options/issuer-identifier.js'
import { IssuerError } from '../issuer-error.js'
import type { SigningKeys } from '../keys/key-ring.js'
import { SigningKey } from '../keys/signing-key.js'
import { boundTo, grantedScope, ownClaims } from './access-token-claims.js'
import type { SignedToken } from './access-token-request.js'

export interface StatementSignerOptions {
  /** The `iss` of the statements: an https URL (http on loopback). */
  readonly issuer: string
  /** `createKeyRing()`, or `sharedSecret(bytes)` for HS256. */
  readonly keyRing: SigningKeys
  /** The `typ` of the statements (RFC 8725 section 3.11), such as `sync+jwt`; never that of an access token. */
  readonly type: string
  /** Seconds that a statement lives, 1 to what the key ring allows; default 60. */
  readonly lifetime?: number
  /** Seconds since the epoch; default the system's clock. */
  readonly clock?: () => number
}

/** What a statement is to say. */
export interface StatementRequest {
  /** Whom it is about, or who makes it. */
  readonly subject: string
  /** The one service that it is for. */
  readonly audience: string
  /** Scopes that the issuer grants with it, each by itself. */
  readonly scope?: readonly string[] | undefined
  /** What it states, plain JSON; a registered name is refused. */
  readonly claims: Readonly<Record<string, unknown>>
  /** Seconds; default that of the signer, and never more than the key ring allows. */
  readonly lifetime?: number | undefined
  /** Thumbprint of the DPoP key that the statement is bound to (RFC 9449 section 6.1). */
  readonly keyThumbprint?: string | undefined
}

export type SignedStatement = Omit<SignedToken, 'tokenType'>

/** Signs statements: JWTs of a type of their own, which no verifier of access tokens takes for one. */
export interface StatementSigner {
  readonly issuer: string
  readonly type: string
  /**
   * Signs a statement with an id of 128 random bits. What it says is for the caller to know.
   *
   * @throws IssuerError `claim_reserved`, `claim_invalid`, `audience_invalid`, `subject_invalid`, `lifetime_invalid`,
   *   and those of the key ring
   */
  sign(request: StatementRequest): Promise<SignedStatement>
}

/** Types that others have given a meaning of their own. */
const TAKEN = ['at+jwt', 'dpop+jwt', 'logout+jwt', 'client-authentication+jwt', 'token-introspection+jwt']
const ID_BYTES = 16

const type: OptionReader<string> = (value, option) => {
  if (typeof value === 'string' && /^[a-z0-9-]{1,64}\+jwt$/.test(value) && !TAKEN.includes(value)) {
    return value
  }
  throw new ConfigurationError(
    option,
    "expects a type of its own that ends with +jwt, in lower case, such as 'sync+jwt'; access tokens are made by createSigner()",
  )
}

/** @throws ConfigurationError */
export function createStatementSigner(options: StatementSignerOptions): StatementSigner {
  const settings = readOptions<Required<StatementSignerOptions>>('createStatementSigner()', options, {
    issuer: issuerIdentifier,
    keyRing: withMethods<SigningKeys>(['signingKey', 'findKey', 'jwks'], 'createKeyRing() or sharedSecret()'),
    type,
    lifetime: optional(numberBetween(1, 604_800, 'seconds'), 60),
    clock: clockOrSystem,
  })
  const { issuer, keyRing, lifetime } = settings
  if (lifetime > keyRing.maxTokenLifetime) {
    throw new ConfigurationError('lifetime', `is above the key ring's maxTokenLifetime`)
  }
  return Object.freeze({
    issuer,
    type: settings.type,
    async sign(request: StatementRequest): Promise<SignedStatement> {
      const { subject, audience, scope, claims, keyThumbprint } = request
      if (typeof subject !== 'string' || subject === '') throw new IssuerError('subject_invalid')
      if (typeof audience !== 'string' || audience === '') throw new IssuerError('audience_invalid')
      const issuedAt = Math.floor(settings.clock())
      const seconds = request.lifetime ?? lifetime
      const expiresAt = Math.floor(issuedAt + seconds)
      // Written so that NaN, of a clock or of a caller, is refused.
      if (!(expiresAt > issuedAt && seconds <= keyRing.maxTokenLifetime)) {
        throw new IssuerError('lifetime_invalid')
      }
      const id = randomBytes(ID_BYTES).toString('base64url')
      const statement = {
        ...ownClaims(claims),
        iss: issuer,
        sub: subject,
        aud: audience,
        iat: issuedAt,
        exp: expiresAt,
        jti: id,
        ...grantedScope(scope),
        ...boundTo(keyThumbprint),
      }
      const key = await keyRing.signingKey()
      const token = await new CompactSign(new TextEncoder().encode(JSON.stringify(statement)))
        .setProtectedHeader({
          alg: key.algorithm,
          typ: settings.type,
          ...(key.id === undefined ? {} : { kid: key.id }),
        })
        .sign(SigningKey.materialOf(key))
      return Object.freeze({ token, expiresIn: expiresAt - issuedAt, expiresAt, id })
    },
  })
}
