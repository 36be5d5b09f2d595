import type { AuthRequest } from '../credentials/auth-request.js'
import { clock as clockReader } from '../options/clock.js'
import { createDpopCheck } from './dpop.js'
import { readDpop, type DpopOptions } from './dpop-options.js'

/** Those of the option `dpop` of a verifier, but for its mode. */
export interface DpopProofsOptions extends Omit<DpopOptions, 'mode'> {
  /** Seconds since the epoch; default the system's clock. */
  readonly clock?: () => number
}

/** The key that a proof was made with. */
export interface ProvenKey {
  /** The `jkt` to bind to (RFC 9449 section 6.1). */
  readonly thumbprint: string
}

/** The check of proofs that come without an access token. */
export interface DpopProofs {
  /** The algorithms of proofs, as `dpop_signing_alg_values_supported` names them (section 5.1). */
  readonly algorithms: readonly string[]
  /**
   * Checks the one proof of a request (section 4.3), and that it is sent for the first time. A proof that was made for
   * an access token (`ath`) is none here. `request.url` is what `htu` is compared with.
   *
   * @throws AuthError `dpop_proof_invalid`, `dpop_proof_replayed`, `dpop_nonce_required` with the nonce in its headers,
   *   and `state_unavailable`
   */
  check(request: AuthRequest): Promise<ProvenKey>
  /** The nonce to hand out now, to be used in the next proof (section 8.2); undefined without `nonceSecret`. */
  nonce(): string | undefined
}

/**
 * For whoever makes bound tokens: a token endpoint, or a login route that tells an issuer the key. Services that are
 * called with bound tokens use the option `dpop` instead.
 *
 * @throws ConfigurationError
 */
export function createDpopProofs(options: DpopProofsOptions = {}): DpopProofs {
  const { clock = () => Date.now() / 1000, ...given } = options
  const now = clockReader(clock, 'clock')
  const settings = readDpop({ ...given, mode: 'required' }, now)
  const check = createDpopCheck(settings, now)
  return Object.freeze({
    algorithms: settings.algorithms,
    check: async (request: AuthRequest) =>
      Object.freeze({ thumbprint: await check({ request, url: request.url }) }),
    nonce: () => settings.nonces?.current(now()),
  })
}
