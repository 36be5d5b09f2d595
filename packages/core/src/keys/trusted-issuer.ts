import { checkEndpoint } from '../introspection/introspection-options.js'
import {
  checkTogether,
  trustedIssuerReaders,
  type TrustedIssuerOptions,
  type TrustedIssuerSettings,
} from '../options/trusted-issuer-options.js'
import { readOptions } from '../options/read-options.js'
import { discoverKeys } from './discovery.js'
import type { KeySource } from './key-source.js'
import type { RemoteKeys } from './remote/remote-keys.js'

/** An issuer that is believed, with its own keys, audience and rules; nothing of it is shared with another one. */
export interface TrustedIssuer extends TrustedIssuerSettings {
  readonly keys: KeySource
  /** The same keys, where they were discovered for this issuer only. */
  readonly discovered: RemoteKeys | undefined
  /** Ends what was started for this issuer only: keys that the user gave are the user's to close. */
  readonly close: () => void
}

/** Where options come from that were read before. */
export interface TrustedIssuerOrigin {
  /** The same issuer as it was known until now; its discovered keys are kept, and with them what survives an outage. */
  readonly previous?: TrustedIssuer | undefined
  /** What stands before the name of an option in messages. */
  readonly prefix?: string
}

/**
 * @param place where the options stand, for messages: `issuers[0]`
 * @throws ConfigurationError
 */
export function readTrustedIssuer(place: string, options: TrustedIssuerOptions): TrustedIssuer {
  const prefix = `${place}.`
  return trustedIssuerFrom(readOptions(place, options, trustedIssuerReaders, prefix), { prefix })
}

/** The same, for whoever has read the options. */
export function trustedIssuerFrom(
  settings: TrustedIssuerSettings,
  { previous, prefix = '' }: TrustedIssuerOrigin = {},
): TrustedIssuer {
  checkTogether(settings, prefix)
  checkEndpoint(settings.introspection, settings.allowInsecureHttp, prefix)
  const own = { ...settings, discovered: undefined, close: () => undefined }
  if (settings.keys !== undefined) return Object.freeze({ ...own, keys: settings.keys })
  const discovered =
    previous?.discovered ?? discoverKeys(settings.issuer, { allowInsecureHttp: settings.allowInsecureHttp })
  return Object.freeze({
    ...own,
    keys: discovered,
    discovered,
    close: () => {
      discovered.close()
    },
  })
}
