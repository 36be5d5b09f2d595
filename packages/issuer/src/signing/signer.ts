import { ConfigurationError } from '@portcullis/core'
import { CompactSign } from 'jose'
import { clockOrSystem, numberBetween, optional, readOptions, withMethods } from '@portcullis/core/internal'
import { issuerIdentifier } from '../options/issuer-identifier.js'
import { IssuerError } from '../issuer-error.js'
import type { SigningKeys } from '../keys/key-ring.js'
import { SigningKey } from '../keys/signing-key.js'
import { accessTokenClaims } from './access-token-claims.js'
import type { AccessTokenRequest, SignedToken } from './access-token-request.js'
import { encryptionKeys, encryptToken, type EncryptionKey } from './encryption.js'

export interface SignerOptions {
  /** The `iss` of the tokens, exactly as verifiers write it: an https URL (http on loopback). */
  readonly issuer: string
  /** `createKeyRing()`, or `sharedSecret(bytes)` for HS256. */
  readonly keyRing: SigningKeys
  /** Seconds that a token lives, 1 to what the key ring allows; default 300. */
  readonly lifetime?: number
  /** Seconds by which `iat` lies before now, for verifiers whose clocks are behind and tolerate nothing, 0 to 60; default 0. */
  readonly backdate?: number
  /** Public keys of the audiences whose tokens are encrypted; such a token is for one audience. */
  readonly encryption?: Readonly<Record<string, EncryptionKey>>
  /** Seconds since the epoch; default the system's clock. */
  readonly clock?: () => number
}

/** Makes access tokens. */
export interface Signer {
  readonly issuer: string
  /**
   * Signs an access token by RFC 9068, with an id of 128 random bits. Who may have which token is for the caller to
   * decide.
   *
   * @throws IssuerError `claim_reserved`, `claim_invalid`, `audience_invalid`, `subject_invalid`, `lifetime_invalid`,
   *   and those of the key ring
   */
  sign(request: AccessTokenRequest): Promise<SignedToken>
}

type Settings = Required<Omit<SignerOptions, 'encryption'>> & {
  readonly encryption: ReadonlyMap<string, EncryptionKey>
}

/** @throws ConfigurationError */
export function createSigner(options: SignerOptions): Signer {
  const settings = readOptions<Settings>('createSigner()', options, {
    issuer: issuerIdentifier,
    keyRing: withMethods<SigningKeys>(['signingKey', 'findKey', 'jwks'], 'createKeyRing() or sharedSecret()'),
    lifetime: optional(numberBetween(1, 604_800, 'seconds'), 300),
    backdate: optional(numberBetween(0, 60, 'seconds'), 0),
    encryption: optional(encryptionKeys, new Map<string, EncryptionKey>()),
    clock: clockOrSystem,
  })
  const { issuer, keyRing, encryption } = settings
  if (settings.lifetime > keyRing.maxTokenLifetime) {
    throw new ConfigurationError('lifetime', `is above the key ring's maxTokenLifetime`)
  }

  return Object.freeze({
    issuer,
    async sign(request: AccessTokenRequest): Promise<SignedToken> {
      const now = Math.floor(settings.clock())
      const expiresAt = expiryOf(request, now, settings)
      const recipient = recipientOf(request.audience, encryption)
      const claims = accessTokenClaims(issuer, request, { issuedAt: now - settings.backdate, expiresAt })
      const key = await keyRing.signingKey()
      const token = await new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
        .setProtectedHeader({
          alg: key.algorithm,
          typ: 'at+jwt',
          ...(key.id === undefined ? {} : { kid: key.id }),
        })
        .sign(SigningKey.materialOf(key))
      return Object.freeze({
        token: recipient === undefined ? token : await encryptToken(token, recipient),
        tokenType: request.keyThumbprint === undefined ? 'Bearer' : 'DPoP',
        expiresIn: expiresAt - now,
        expiresAt,
        id: claims.jti,
      })
    },
  })
}

function expiryOf({ lifetime, notAfter }: AccessTokenRequest, now: number, settings: Settings): number {
  const seconds = lifetime ?? settings.lifetime
  const end = Math.floor(Math.min(now + seconds, notAfter ?? Number.POSITIVE_INFINITY))
  // Written so that NaN, of a clock or of a caller, is refused.
  if (seconds <= settings.keyRing.maxTokenLifetime && end > now) return end
  throw new IssuerError('lifetime_invalid')
}

function recipientOf(
  audience: string | readonly string[],
  keys: ReadonlyMap<string, EncryptionKey>,
): EncryptionKey | undefined {
  const audiences = typeof audience === 'string' ? [audience] : audience
  const found = audiences.map((name) => keys.get(name)).find((key) => key !== undefined)
  if (found === undefined || audiences.length === 1) return found
  throw new IssuerError('audience_invalid', { subject: 'an encrypted token is for one audience' })
}
