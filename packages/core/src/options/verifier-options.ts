import type { StandardSchemaV1 } from '@standard-schema/spec'
import { schemaReader, type ClaimsReader } from '../claims/claims-schema.js'
import type { Claims } from '../claims/claims.js'
import {
  readDecryption,
  type DecryptionOptions,
  type DecryptionSettings,
} from '../jose/decryption-options.js'
import { directoryOf, directoryOfOne, type IssuerDirectory } from '../keys/issuer-directory.js'
import type { IssuerResolver } from '../keys/issuer-resolver.js'
import { readTrustedIssuer, trustedIssuerFrom, type TrustedIssuer } from '../keys/trusted-issuer.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import { replayStore, type ReplayStore } from '../state/replay-store.js'
import type { RevocationStore } from '../state/revocation-store.js'
import { readRevocation, type RevocationOptions, type RevocationSettings } from '../state/revocation.js'
import { clock } from './clock.js'
import { readOptions, type OptionReader, type OptionReaders } from './read-options.js'
import { functionOf, optional, quotableText, wholeNumberBetween } from './readers.js'
import {
  trustedIssuerReaders,
  type TrustedIssuerOptions,
  type TrustedIssuerSettings,
} from './trusted-issuer-options.js'

/** What concerns every token, whoever issued it. */
export interface TokenOptions<C = Claims> {
  /** Any Standard Schema; its output is the type of `claims`. Checked after everything else. */
  readonly schema?: StandardSchemaV1<unknown, C>
  /** Characters of the longest token that is looked at, 256 to 1,048,576; default 16,384. */
  readonly maxTokenLength?: number
  /**
   * `'aws-alb'` takes tokens whose segments are padded with `=`, which RFC 7515 section 2 forbids and AWS load
   * balancers send in `x-amzn-oidc-data`: right padding, in all three segments. By default they are refused, so that
   * a token has one spelling.
   */
  readonly paddedBase64url?: 'aws-alb'
  /**
   * Verified tokens to remember, 0 to 1,000,000; default 10,000, and 0 turns it off. A remembered token is still
   * held against time and key set each time.
   */
  readonly cacheSize?: number
  /** Opens encrypted tokens (RFC 7516); without it they are refused. */
  readonly decryption?: DecryptionOptions
  /** Says which tokens were called back; asked each time, for remembered tokens too. */
  readonly revocation?: RevocationStore | RevocationOptions
  /** Makes each token good for one use: its `jti` is claimed here, in one atomic step, when all else is checked. */
  readonly replay?: ReplayStore
  /** Seconds since the epoch; default the system's clock. */
  readonly clock?: () => number
  /** The protection space that challenges name (RFC 9110 section 11.5). */
  readonly realm?: string
}

/** Tokens of one issuer. */
export type SingleIssuerOptions<C = Claims> = TokenOptions<C> &
  TrustedIssuerOptions & { readonly issuers?: never; readonly resolveIssuer?: never }

interface SeveralIssuers {
  readonly issuers: readonly TrustedIssuerOptions[]
  /** Is asked about an issuer that is not in the list; see {@link IssuerResolver}. */
  readonly resolveIssuer: IssuerResolver
}

/** Tokens of several issuers, each with its own audience, keys and rules. At least one of the two must be given. */
export type ManyIssuersOptions<C = Claims> = TokenOptions<C> & {
  readonly [Name in keyof TrustedIssuerOptions]?: never
} & (
    | (Pick<SeveralIssuers, 'issuers'> & Partial<SeveralIssuers>)
    | (Pick<SeveralIssuers, 'resolveIssuer'> & Partial<SeveralIssuers>)
  )

/** Which tokens to believe. Whatever is left out has its strict default. */
export type VerifierOptions<C = Claims> = SingleIssuerOptions<C> | ManyIssuersOptions<C>

interface TokenSettings {
  readonly schema: ClaimsReader<unknown> | undefined
  readonly maxTokenLength: number
  readonly paddedBase64url: 'aws-alb' | undefined
  readonly cacheSize: number
  readonly decryption: DecryptionSettings | undefined
  readonly revocation: RevocationSettings | undefined
  readonly replay: ReplayStore | undefined
  readonly clock: () => number
  readonly realm: string | undefined
}

/** The same, checked, complete and frozen. */
export interface VerifierSettings extends TokenSettings {
  readonly issuers: IssuerDirectory
}

interface ManyIssuersSettings {
  readonly issuers: readonly TrustedIssuer[]
  readonly resolveIssuer: IssuerResolver | undefined
}

const DEFAULT_TOKEN_LENGTH = 16_384
const DEFAULT_CACHE_SIZE = 10_000

const schema: OptionReader<ClaimsReader<unknown>> = (value, option) => {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
  const standard: unknown = isObject && '~standard' in value ? value['~standard'] : undefined
  if (typeof standard === 'object' && standard !== null && 'validate' in standard) {
    return schemaReader(value as StandardSchemaV1)
  }
  throw new ConfigurationError(option, 'expects a Standard Schema, such as one of zod, valibot or arktype')
}

const paddedBase64url: OptionReader<'aws-alb'> = (value, option) => {
  if (value === 'aws-alb') return value
  throw new ConfigurationError(
    option,
    "expects 'aws-alb', which takes the padded tokens of AWS load balancers; leave it out for all others",
  )
}

const tokenReaders: OptionReaders<TokenSettings> = {
  schema: optional(schema, undefined),
  maxTokenLength: optional(wholeNumberBetween(256, 1_048_576, 'characters'), DEFAULT_TOKEN_LENGTH),
  paddedBase64url: optional(paddedBase64url, undefined),
  cacheSize: optional(wholeNumberBetween(0, 1_000_000, 'tokens'), DEFAULT_CACHE_SIZE),
  decryption: optional(readDecryption, undefined),
  revocation: optional(readRevocation, undefined),
  replay: optional(replayStore, undefined),
  clock: optional(clock, () => Date.now() / 1000),
  realm: optional(quotableText, undefined),
}

const manyIssuersReaders: OptionReaders<ManyIssuersSettings> = {
  issuers(value, option) {
    if (value === undefined) return []
    if (!Array.isArray(value) || value.length === 0) {
      throw new ConfigurationError(
        option,
        'expects a list with at least one issuer, { issuer, audience, ... }',
      )
    }
    return value.map((entry: unknown, index) =>
      readTrustedIssuer(`${option}[${index}]`, entry as TrustedIssuerOptions),
    )
  },
  resolveIssuer: optional(
    functionOf<IssuerResolver>('is given a candidate and answers with an issuer or undefined'),
    undefined,
  ),
}

/**
 * Reads the options of a verifier, with whatever more the caller has readers for.
 *
 * @throws ConfigurationError
 */
export function readVerifierOptions<More extends object>(
  factory: string,
  options: unknown,
  more: OptionReaders<More>,
): VerifierSettings & More {
  const has = (name: string) =>
    typeof options === 'object' && options !== null && Object.hasOwn(options, name)
  if (!has('issuers') && !has('resolveIssuer')) {
    const readers = { ...trustedIssuerReaders, ...tokenReaders, ...more } as unknown as OptionReaders<
      TrustedIssuerSettings & TokenSettings & More
    >
    const settings = readOptions(factory, options, readers)
    return Object.freeze({ ...settings, issuers: directoryOfOne(trustedIssuerFrom(settings)) })
  }
  const misplaced = Object.keys(trustedIssuerReaders).find(has)
  if (misplaced !== undefined) {
    throw new ConfigurationError(
      misplaced,
      'concerns one issuer, and here are many: write it into each entry of issuers, and into what resolveIssuer answers',
    )
  }
  const readers = { ...manyIssuersReaders, ...tokenReaders, ...more } as unknown as OptionReaders<
    ManyIssuersSettings & TokenSettings & More
  >
  const settings = readOptions(`${factory} with many issuers`, options, readers)
  return Object.freeze({ ...settings, issuers: directoryOf(settings) })
}
