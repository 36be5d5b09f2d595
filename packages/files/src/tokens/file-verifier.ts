import {
  ConfigurationError,
  createAuthenticator,
  createVerifier,
  type AuthRequest,
  type RequestOptions,
  type TrustedIssuerOptions,
  type Auth,
} from '@portcullis/core'
import { clockOrSystem, nonEmptyString, type OptionReader, readOptions } from '@portcullis/core/internal'

export interface FileVerifierOptions extends Pick<
  TrustedIssuerOptions,
  'keys' | 'algorithms' | 'allowInsecureHttp' | 'clockTolerance'
> {
  /** The `issuer` of the signer. */
  readonly issuer: string
  /** The `audience` of the signer. */
  readonly audience: string
  /** As for `authenticate`: whether grants may, or must, be bound to a key; default `optional`. */
  readonly dpop?: RequestOptions['dpop']
  /** As for `authenticate`: where proofs are made for, behind a proxy. */
  readonly publicOrigin?: string
  /** Seconds since the epoch; default the system's clock. */
  readonly clock?: () => number
}

/** Says which grants are the vault's own; only {@link createFileVerifier} makes one. */
export interface FileVerifier {
  readonly issuer: string
  readonly audience: string
  readonly clock: () => number
  /** A grant by itself; one that is bound to a key is refused, since nothing proves it. @throws AuthError */
  verify(grant: string): Promise<Auth>
  /** The grant in the Authorization header of a request, with its proof where it is bound. @throws AuthError */
  authenticate(request: AuthRequest): Promise<Auth>
}

const made = new WeakSet()

/** A verifier of another make might believe more than grants. */
export const fileVerifier: OptionReader<FileVerifier> = (value, option) => {
  if (typeof value === 'object' && value !== null && made.has(value)) return value as FileVerifier
  throw new ConfigurationError(option, 'expects what createFileVerifier(...) makes')
}

/**
 * Grants whose signature is not checked again while a file is read in parts. Their time, their key and what the catalog
 * says of them are looked at each time.
 */
const REMEMBERED = 1000

const asGiven = (value: unknown) => value as never

/** @throws ConfigurationError */
export function createFileVerifier(options: FileVerifierOptions): FileVerifier {
  const settings = readOptions<FileVerifierOptions & { clock: () => number }>(
    'createFileVerifier()',
    options,
    {
      issuer: nonEmptyString,
      audience: nonEmptyString,
      keys: asGiven,
      algorithms: asGiven,
      allowInsecureHttp: asGiven,
      clockTolerance: asGiven,
      dpop: asGiven,
      publicOrigin: asGiven,
      clock: clockOrSystem,
    },
  )
  const { dpop = 'optional', publicOrigin, ...given } = settings
  const rules = { ...withoutUndefined(given), profile: 'file-grant+jwt', cacheSize: REMEMBERED } as const
  const verify = createVerifier(rules)
  const authenticate = createAuthenticator({
    ...rules,
    dpop,
    ...(publicOrigin === undefined ? {} : { publicOrigin }),
  })
  const verifier: FileVerifier = Object.freeze({
    issuer: settings.issuer,
    audience: settings.audience,
    clock: settings.clock,
    verify,
    authenticate,
  })
  made.add(verifier)
  return verifier
}

function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T
}
