import type { AuthRequest } from '../credentials/auth-request.js'
import { AuthError } from '../outcome/auth-error.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import { readOptions, type OptionReader } from '../options/read-options.js'
import { optional } from '../options/readers.js'
import { proofMode, shorthand, type ProofMode } from './dpop-options.js'
import { equalDigests, sha256 } from './thumbprint.js'

/** How tokens that are bound to a TLS client certificate are checked (RFC 8705 section 3). */
export interface MutualTlsOptions {
  /** As for DPoP: `off` (default), `optional` or `required`. */
  readonly mode: ProofMode
  /**
   * Where the certificate comes from; default the TLS connection. `{ trustedProxyHeader: 'client-cert' }` reads the
   * header of RFC 9440 instead: only for a service that nobody reaches but through a proxy that sets or removes it.
   */
  readonly certificate?: 'connection' | { readonly trustedProxyHeader: string }
}

export interface MutualTlsSettings {
  readonly mode: ProofMode
  /** Lower case; undefined for the connection's own certificate. */
  readonly certificate: string | undefined
}

const MAXIMUM_CERTIFICATE_LENGTH = 16_384
const BYTE_SEQUENCE = /^:([A-Za-z0-9+/]+={0,2}):$/

const certificate: OptionReader<string | undefined> = (value, option) => {
  if (value === 'connection') return undefined
  if (typeof value !== 'object' || value === null) {
    throw new ConfigurationError(option, "expects 'connection' or { trustedProxyHeader: 'client-cert' }")
  }
  return readOptions<{ trustedProxyHeader: string }>(option, value, { trustedProxyHeader }, `${option}.`)
    .trustedProxyHeader
}

const trustedProxyHeader: OptionReader<string> = (name, option) => {
  if (typeof name === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(name)) return name.toLowerCase()
  throw new ConfigurationError(option, "expects the name of a header, such as 'client-cert'")
}

/** Reads `'required'` as well as `{ mode: 'required', ... }`. */
export function readMutualTls(value: unknown): MutualTlsSettings {
  return readOptions<MutualTlsSettings>(
    'mutualTls',
    shorthand(value),
    { mode: proofMode, certificate: optional(certificate, undefined) },
    'mutualTls.',
  )
}

/**
 * The certificate of the client must be the one that the token is bound to.
 *
 * @param thumbprint `x5t#S256` of the token's confirmation
 * @throws AuthError `certificate_mismatch`, also where there is no certificate
 */
export function checkCertificate(
  settings: MutualTlsSettings,
  request: AuthRequest,
  thumbprint: string,
): void {
  const der =
    settings.certificate === undefined ? request.clientCertificate : fromHeader(request, settings.certificate)
  if (der === undefined || !equalDigests(sha256(der), thumbprint)) throw new AuthError('certificate_mismatch')
}

/** RFC 9440 section 2: a byte sequence of structured fields, the certificate as DER in base64 between colons. */
function fromHeader(request: AuthRequest, name: string): Uint8Array | undefined {
  const [value, ...others] = request.header(name)
  if (value === undefined || others.length > 0 || value.length > MAXIMUM_CERTIFICATE_LENGTH) return undefined
  const base64 = BYTE_SEQUENCE.exec(value)?.[1]
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64')
}
