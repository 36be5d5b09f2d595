import type { ClaimPaths } from '../claims/granted.js'
import { PROFILES, type Profile, type ProfileName } from '../claims/profiles.js'
import {
  readIntrospection,
  type IntrospectionOptions,
  type IntrospectionSettings,
} from '../introspection/introspection-options.js'
import { ALGORITHM_NAMES, findAlgorithm, type AlgorithmName } from '../jose/algorithms.js'
import type { KeySource } from '../keys/key-source.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import { readOptions, type OptionReader, type OptionReaders } from './read-options.js'
import { boolean, claimPath, nonEmptyStrings, numberBetween, optional } from './readers.js'
import { parseUrl, readSecureUrl } from './url.js'

/** One issuer, and which of its tokens to believe. Whatever is left out has its strict default. */
export interface TrustedIssuerOptions {
  /** The exact `iss` of the tokens (RFC 7519 section 4.1.1); an https URL, from which keys are discovered. */
  readonly issuer: string
  /** The identifiers of this service, one of which `aud` must name; null skips the check, on purpose and in sight. */
  readonly audience: string | readonly string[] | null
  /** Where keys come from; by discovery from the issuer (RFC 8414, OpenID Connect Discovery) when left out. */
  readonly keys?: KeySource
  /** Lets the issuer be plain http off loopback, so that anyone on the way can choose its keys: for tests. Default false. */
  readonly allowInsecureHttp?: boolean
  /** Asks the issuer about tokens that are no JWTs (RFC 7662); without it they are refused. At most one issuer may. */
  readonly introspection?: IntrospectionOptions
  /** May narrow what the keys allow, never widen it. */
  readonly algorithms?: readonly AlgorithmName[]
  /** `at+jwt` demands RFC 9068; `sync+jwt` and its like are statements of @portcullis/sync and files; default `jwt`. */
  readonly profile?: ProfileName
  /** Claims that must be there, beyond those of the profile. */
  readonly requiredClaims?: readonly string[]
  /** Claims that must be a string equal to one of the given: `{ token_use: 'access', azp: ['shop', 'app'] }`. */
  readonly expectedClaims?: Readonly<Record<string, string | readonly string[]>>
  /** Seconds by which clocks may differ, 0 to 300; default 5. */
  readonly clockTolerance?: number
  /** Seconds since `iat` after which a token is refused, which then must be there; no limit by default. */
  readonly maxTokenAge?: number
  /** Where the issuer keeps what it grants; default `scope`, `roles` and `permissions`. */
  readonly claimPaths?: Partial<ClaimPaths>
}

/** The same, checked, complete and frozen. */
export interface TrustedIssuerSettings {
  readonly issuer: string
  readonly audience: readonly string[] | null
  readonly keys: KeySource | undefined
  readonly allowInsecureHttp: boolean
  readonly introspection: IntrospectionSettings | undefined
  readonly algorithms: ReadonlySet<string> | undefined
  readonly profile: Profile
  readonly requiredClaims: readonly string[]
  readonly expectedClaims: readonly (readonly [name: string, values: readonly string[]])[]
  readonly clockTolerance: number
  readonly maxTokenAge: number | undefined
  readonly claimPaths: ClaimPaths
}

const MAXIMUM_CLOCK_TOLERANCE = 300
const DEFAULT_CLOCK_TOLERANCE = 5
const A_CENTURY = 100 * 366 * 24 * 3600

const issuer: OptionReader<string> = (value, option) => {
  if (typeof value !== 'string' || value === '') {
    throw new ConfigurationError(
      option,
      "expects the exact issuer of the tokens, such as 'https://id.example.com'",
    )
  }
  return withoutMargin(value, option)
}

/** White space around a name comes from an environment file, and no token has it. */
function withoutMargin(value: string, option: string): string {
  if (value.trim() === value) return value
  throw new ConfigurationError(option, 'has white space at its beginning or end; remove it')
}

const audience: OptionReader<readonly string[] | null> = (value, option) => {
  if (value === null) return null
  if (value === undefined) {
    throw new ConfigurationError(
      option,
      "is missing: name this service as its tokens do, such as 'orders-api'; only null, written out, skips the check",
    )
  }
  const names = nonEmptyStrings(typeof value === 'string' ? [value] : value, option)
  for (const name of names) withoutMargin(name, option)
  return names
}

const keys: OptionReader<KeySource> = (value, option) => {
  // Lists and octets have a method find as well.
  const isObject = typeof value === 'object' && value !== null
  const isSource = isObject && !Array.isArray(value) && !ArrayBuffer.isView(value)
  if (isSource && 'find' in value && typeof value.find === 'function') return value as KeySource
  throw new ConfigurationError(
    option,
    "expects a key source: secret(bytes, 'HS256'), pem(text, 'RS256'), jwk(key), localJwks(jwks), remoteJwks(uri) or discoverKeys(issuer)",
  )
}

const algorithms: OptionReader<ReadonlySet<string>> = (value, option) => {
  const names = nonEmptyStrings(value, option)
  const unknown = names.find((name) => findAlgorithm(name) === undefined)
  if (unknown !== undefined) {
    throw new ConfigurationError(
      option,
      `names one that is not supported; supported are ${ALGORITHM_NAMES.join(', ')}`,
    )
  }
  const symmetric = names.filter((name) => findAlgorithm(name)?.keyType === 'oct')
  if (symmetric.length > 0 && symmetric.length < names.length) {
    throw new ConfigurationError(
      option,
      'mixes HMAC with public-key algorithms; verify each kind by its own verifier',
    )
  }
  return new Set(names)
}

const profile: OptionReader<Profile> = (value, option) => {
  const found = typeof value === 'string' ? PROFILES.get(value) : undefined
  if (found !== undefined) return found
  throw new ConfigurationError(option, `expects one of ${[...PROFILES.keys()].join(', ')}`)
}

const expectedClaims: OptionReader<TrustedIssuerSettings['expectedClaims']> = (value, option) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigurationError(option, "expects an object, such as { token_use: 'access' }")
  }
  const entries = Object.entries(value).map(([name, expected]: [string, unknown]) => {
    const values = typeof expected === 'string' ? [expected] : expected
    return Object.freeze([name, nonEmptyStrings(values, `${option}.${name}`)] as const)
  })
  return Object.freeze(entries)
}

const claimPathReaders: OptionReaders<ClaimPaths> = {
  scopes: optional(claimPath, Object.freeze(['scope'])),
  roles: optional(claimPath, Object.freeze(['roles'])),
  permissions: optional(claimPath, Object.freeze(['permissions'])),
}

const claimPaths: OptionReader<ClaimPaths> = (value, option) =>
  readOptions(option, value, claimPathReaders, `${option}.`)

/** One reader for each option that concerns one issuer. */
export const trustedIssuerReaders: OptionReaders<TrustedIssuerSettings> = {
  issuer,
  audience,
  keys: optional(keys, undefined),
  allowInsecureHttp: optional(boolean, false),
  introspection: optional(readIntrospection, undefined),
  algorithms: optional(algorithms, undefined),
  profile: (value, option) => profile(value ?? 'jwt', option),
  requiredClaims: optional(nonEmptyStrings, Object.freeze([])),
  expectedClaims: (value, option) => expectedClaims(value ?? {}, option),
  clockTolerance: optional(numberBetween(0, MAXIMUM_CLOCK_TOLERANCE, 'seconds'), DEFAULT_CLOCK_TOLERANCE),
  maxTokenAge: optional(numberBetween(1, A_CENTURY, 'seconds'), undefined),
  claimPaths: (value, option) => claimPaths(value ?? {}, option),
}

/** A name that is no URL will do where the keys are given. */
function checkIssuer({ issuer, keys, allowInsecureHttp }: TrustedIssuerSettings, option: string): void {
  if (parseUrl(issuer) === undefined) {
    if (keys !== undefined) return
    throw new ConfigurationError(
      option,
      'is no URL to discover keys from; use an https URL, or give the keys by the keys option',
    )
  }
  const { search } = readSecureUrl(issuer, option, allowInsecureHttp)
  if (search !== '') throw new ConfigurationError(option, 'has a query (?...) in it; remove it')
}

/**
 * Checks what one option alone cannot show.
 *
 * @param prefix what stands before the name of an option in messages
 */
export function checkTogether(settings: TrustedIssuerSettings, prefix: string): void {
  checkIssuer(settings, `${prefix}issuer`)
  const { keys, algorithms } = settings
  const allowed = keys?.algorithms
  if (allowed === undefined || algorithms === undefined || allowed.some((name) => algorithms.has(name)))
    return
  throw new ConfigurationError(
    `${prefix}algorithms`,
    `leaves none that the keys allow: the keys are for ${allowed.join(', ')}; algorithms may only narrow that`,
  )
}
