import { channel } from 'node:diagnostics_channel'
import type { RefusedKey } from '../key-set.js'

/** The end of a fetch of keys, as it is published on the channel `portcullis:keys` (node:diagnostics_channel). */
export interface KeysEvent {
  /** The JWKS URI or the issuer, as configured. */
  readonly source: string
  readonly outcome: 'fetched' | 'failed'
  /** Ids of the keys in use now. */
  readonly keyIds: readonly string[]
  /** Keys of the answer that must not be used, by their place in it, and why; empty after a failure. */
  readonly refused: readonly RefusedKey[]
  /** What went wrong, or did not go as well as it should; nothing of what the endpoint answered. */
  readonly problem?: string
  /** Attempts that have failed since the last good one. */
  readonly failures: number
  /** Seconds until the next fetch is due. */
  readonly nextRefreshInSeconds: number
}

const keysChannel = channel('portcullis:keys')

export function publishKeysEvent(event: KeysEvent): void {
  if (keysChannel.hasSubscribers) keysChannel.publish(Object.freeze(event))
}
