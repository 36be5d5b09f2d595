import { ConfigurationError } from '@portcullis/core'

/** What a signer is asked for; the `AccessTokenRequest` of `@portcullis/issuer` is one. */
export interface SigningRequest {
  readonly subject: string
  readonly audience: string
  readonly clientId: string
  readonly scope: readonly string[]
  readonly keyThumbprint?: string
  readonly roles?: readonly string[]
  readonly permissions?: readonly string[]
  readonly claims?: Readonly<Record<string, unknown>>
  readonly lifetime?: number
}

/** What makes tokens in this process: the result of `createSigner()` of `@portcullis/issuer` is one. */
export interface TokenSigner {
  readonly issuer: string
  sign(request: SigningRequest): Promise<{
    readonly token: string
    readonly tokenType: 'Bearer' | 'DPoP'
    /** Seconds since the epoch. */
    readonly expiresAt: number
  }>
}

/** What the tokens of a service say of it, beside its id, the audience and the scope. */
export interface OwnSignerOptions {
  readonly roles?: readonly string[]
  readonly permissions?: readonly string[]
  readonly claims?: Readonly<Record<string, unknown>>
  /** Seconds; default that of the signer. */
  readonly lifetime?: number
}

/** Takes the place of a credential where the service is an issuer itself. */
export interface OwnSigner {
  readonly kind: 'own_signer'
}

interface Signing {
  readonly signer: TokenSigner
  readonly options: OwnSignerOptions
}

const signings = new WeakMap<object, Signing>()

/**
 * The service signs its tokens itself, and asks nobody: its peers trust its issuer and its key set.
 *
 * @throws ConfigurationError
 */
export function ownSigner(signer: TokenSigner, options: OwnSignerOptions = {}): OwnSigner {
  const given = signer as Readonly<Partial<Record<keyof TokenSigner, unknown>>> | undefined
  if (typeof given?.sign !== 'function' || typeof given.issuer !== 'string') {
    throw new ConfigurationError('ownSigner()', 'expects createSigner() of @portcullis/issuer, or the like')
  }
  const credential = Object.freeze({ kind: 'own_signer' as const })
  signings.set(credential, { signer, options: Object.freeze({ ...options }) })
  return credential
}

/** The signer behind it; undefined for every other value. */
export function signingOf(value: unknown): Signing | undefined {
  return typeof value === 'object' && value !== null ? signings.get(value) : undefined
}
