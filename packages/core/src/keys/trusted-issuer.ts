import {
  checkTogether,
  trustedIssuerReaders,
  type TrustedIssuerOptions,
  type TrustedIssuerSettings,
} from '../options/trusted-issuer-options.js'
import { readOptions } from '../options/read-options.js'
import { discoverKeys } from './discovery.js'
import type { KeySource } from './key-source.js'

/** An issuer that is believed, with its own keys, audience and rules; nothing of it is shared with another one. */
export interface TrustedIssuer extends TrustedIssuerSettings {
  readonly keys: KeySource
  /** Ends what was started for this issuer only: keys that the user gave are the user's to close. */
  readonly close: () => void
}

/**
 * @param factory the name of the function whose options these are, for messages
 * @throws ConfigurationError
 */
export function readTrustedIssuer(factory: string, options: TrustedIssuerOptions): TrustedIssuer {
  return trustedIssuerFrom(readOptions(factory, options, trustedIssuerReaders))
}

/** The same, for whoever has read the options. */
export function trustedIssuerFrom(settings: TrustedIssuerSettings): TrustedIssuer {
  checkTogether(settings)
  const discovered = settings.keys === undefined ? discoverKeys(settings.issuer) : undefined
  return Object.freeze({
    ...settings,
    keys: settings.keys ?? (discovered as KeySource),
    close: () => discovered?.close(),
  })
}
