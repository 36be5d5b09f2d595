import { remoteJwks } from '../keys/remote-jwks.js'
import { readOptions, type OptionReaders } from '../options/read-options.js'
import { optional } from '../options/readers.js'
import type { TrustedIssuerOptions } from '../options/trusted-issuer-options.js'
import { oneOf, oneOrMore, requiredAudience } from './provider-readers.js'

/** What is known of an application that signs in with Google, or of a service that Google's services call. */
export interface GoogleOptions {
  /** The OAuth client ids of the application, or the URL that a service account asks its ID tokens for. */
  readonly audience: string | readonly string[]
  /** The Workspace or Cloud organisations (`hd`) whose members may come; anybody with an account when left out. */
  readonly hostedDomain?: string | readonly string[]
  /** How tokens name Google: some legacy clients get them without the scheme. Default `https://accounts.google.com`. */
  readonly issuer?: 'https://accounts.google.com' | 'accounts.google.com'
}

interface GoogleSettings {
  readonly audience: readonly string[]
  readonly hostedDomain: readonly string[] | undefined
  readonly issuer: 'https://accounts.google.com' | 'accounts.google.com'
}

const GOOGLE = 'https://accounts.google.com'
/** The `jwks_uri` of Google's metadata, for the spelling that is no URL to discover anything from. */
const GOOGLE_KEYS = 'https://www.googleapis.com/oauth2/v3/certs'

const readers: OptionReaders<GoogleSettings> = {
  audience: requiredAudience('1234567890-abc.apps.googleusercontent.com'),
  hostedDomain: optional(oneOrMore, undefined),
  issuer: optional(oneOf(GOOGLE, 'accounts.google.com'), GOOGLE),
}

/**
 * ID tokens of Google, signed by RS256; its access tokens are opaque. They say who somebody is, and have neither
 * roles nor scopes. To accept both spellings of the issuer, make two entries of `issuers`.
 *
 * @throws ConfigurationError when an option is wrong, unknown or missing
 */
export function google(options: GoogleOptions): TrustedIssuerOptions {
  const { audience, hostedDomain, issuer } = readOptions('google()', options, readers)
  return Object.freeze({
    issuer,
    audience,
    ...(issuer === GOOGLE ? {} : { keys: remoteJwks(GOOGLE_KEYS) }),
    algorithms: ['RS256'],
    profile: 'jwt',
    requiredClaims: ['sub'],
    expectedClaims: hostedDomain === undefined ? {} : { hd: hostedDomain },
  } satisfies TrustedIssuerOptions)
}
