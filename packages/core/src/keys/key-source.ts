import type { JwsHeader } from '../jose/jws-header.js'
import type { VerificationKey } from './verification-key.js'

/**
 * Where the key for a token comes from: one method.
 *
 * An implementation need not check the algorithm, the issuer or the signature: the walk does. It must compare
 * the key id exactly, must not derive a URL, a path or a query from the header, and tells two failures apart:
 * `undefined` says that there is no such key (401), a rejection says that keys cannot be had now (503).
 */
export interface KeySource {
  find(header: JwsHeader): VerificationKey | undefined | Promise<VerificationKey | undefined>
  /** Every algorithm that any of the keys allows, where that is known beforehand; a misconfiguration then shows at start. */
  readonly algorithms?: readonly string[]
  /** The ids of the keys at hand, for {@link explain}. */
  readonly keyIds?: () => readonly string[]
}
