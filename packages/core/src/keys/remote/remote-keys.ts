import type { JwsHeader } from '../../jose/jws-header.js'
import type { RefusedKey } from '../key-set.js'
import type { KeySource } from '../key-source.js'
import type { VerificationKey } from '../verification-key.js'
import type { KeysPhase } from './refresh-schedule.js'

/** What is known of remote keys right now. No key material, nothing that the endpoint answered but ids of keys. */
export interface RemoteKeysStatus {
  /** The JWKS URI or the issuer, as configured. */
  readonly source: string
  /** What the keys at hand are good for. */
  readonly phase: KeysPhase
  readonly keyIds: readonly string[]
  /** Keys of the last set that must not be used, by their place in it, and why. */
  readonly refused: readonly RefusedKey[]
  /** Seconds since the keys were asked for; undefined where there are none. */
  readonly ageSeconds: number | undefined
  /** Seconds until the next fetch is due; 0 where the next request causes one. */
  readonly nextRefreshInSeconds: number
  /** Attempts that have failed since the last good one. */
  readonly failures: number
  /** What went wrong last, if anything has since the last good fetch. */
  readonly lastError: string | undefined
  /** Unknown key ids that are remembered, at most 1000. */
  readonly unknownKeyIds: number
}

/** Keys that are fetched, kept, and survive outages of the endpoint. */
export interface RemoteKeys extends KeySource {
  /**
   * The key that the header means. At once for a known key, unless the keys are older than the age limit and the
   * endpoint has not been asked yet. An unknown key id waits for one fetch at most.
   *
   * @throws AuthError `keys_unavailable` (503, as a rejection) when there are no keys and none can be had, or when
   *   the key is unknown and the endpoint cannot be asked about it
   */
  find(header: JwsHeader): VerificationKey | undefined | Promise<VerificationKey | undefined>
  keyIds(): readonly string[]
  status(): RemoteKeysStatus
  /**
   * Resolves when there are keys to serve with, fetching them if need be: for start-up and readiness probes.
   *
   * @throws AuthError `keys_unavailable` (as a rejection)
   */
  ready(): Promise<void>
  /**
   * Fetches now, whatever schedule and backoff say; calls while it runs share one fetch.
   *
   * @throws AuthError `keys_unavailable` (as a rejection) when that fails; the keys at hand go on serving
   */
  reload(): Promise<void>
  /** Ends timer and connections. Keys at hand serve until their age limit; nothing is fetched any more. */
  close(): void
}
