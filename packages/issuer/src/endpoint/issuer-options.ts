import {
  ConfigurationError,
  memoryReplayStore,
  type DpopOptions,
  type ProofMode,
  type ReplayStore,
} from '@portcullis/core'
import { clockOrSystem, numberBetween, optional, readOptions, withMethods } from '@portcullis/core/internal'
import { issuerIdentifier } from '../options/issuer-identifier.js'
import type { ApiKeys } from '../api-keys/api-keys.js'
import { memoryCounters, type AttemptCounters, type AttemptLimits } from '../clients/attempts.js'
import type { ClientStore } from '../clients/client.js'
import type { SigningKeys } from '../keys/key-ring.js'
import { memoryRefreshTokenStore } from '../refresh/memory-refresh-token-store.js'
import type { RefreshTokenStore } from '../refresh/refresh-token-store.js'
import type { EncryptionKey } from '../signing/encryption.js'
import { dpopReader, type DpopSettings } from './dpop.js'
import { memoryRevokedTokens, type RevokedTokens } from './revoked-tokens.js'

export interface IssuerOptions {
  /** The `iss` of the tokens; the endpoints lie below it: `/token`, `/revoke`, `/introspect`, `/jwks`. */
  readonly issuer: string
  /** `createKeyRing()`, or `sharedSecret(bytes)`. */
  readonly keyRing: SigningKeys
  /** Registered clients, such as `staticClients([...])`. */
  readonly clients: ClientStore
  /** `createApiKeys()`, for clients that have API keys. */
  readonly apiKeys?: ApiKeys
  /** Where refresh tokens are kept; default in memory, for one process. */
  readonly refreshTokens?: RefreshTokenStore
  /** Seconds after which nobody is still signed in, 60 to 31,536,000; default 30 days. */
  readonly refreshLifetime?: number
  /** Seconds after which an unused refresh token dies, 60 to 31,536,000; default 14 days. */
  readonly refreshIdle?: number
  /** Seconds in which the same refresh token gets the same successor, 0 to 60; default 10. */
  readonly refreshGrace?: number
  /** Whether a user may still sign in; asked at each refresh. Default: every user. */
  readonly subjectIsActive?: (subject: string) => boolean | Promise<boolean>
  /** Seconds that an access token lives; default 300. */
  readonly lifetime?: number
  /** Public keys of audiences whose tokens are encrypted. */
  readonly encryption?: Readonly<Record<string, EncryptionKey>>
  /** Links of an `act` chain at most, 1 to 16; default 4. */
  readonly maxActors?: number
  /**
   * Whether tokens are bound to the key of a DPoP proof (RFC 9449): `optional` (default), where a request brings one;
   * `required`; or `off`, where proofs are ignored. Or `{ mode, algorithms, maxProofAge, nonceSecret, replay }`, as
   * verifiers have it; with a `nonceSecret` each proof must hold a nonce of this issuer.
   */
  readonly dpop?: ProofMode | DpopOptions
  /** Remembers client assertions and DPoP proofs; default in memory, for one process. */
  readonly replay?: ReplayStore
  /** Remembers revoked access tokens; default in memory, for one process. */
  readonly revokedTokens?: RevokedTokens
  /** Failed attempts of clients that are admitted, for each process unless `counters` are shared. */
  readonly attempts?: Partial<AttemptLimits>
  /** Told of what happens, for an audit trail: no token and no secret is in it. What it throws is ignored. */
  readonly onEvent?: (event: IssuerEvent) => void
  /** Seconds since the epoch; default the system's clock. */
  readonly clock?: () => number
}

/** Something that an audit trail wants to know. */
export interface IssuerEvent {
  readonly kind:
    'token_issued' | 'token_refused' | 'token_revoked' | 'signed_in' | 'refresh_token_reused' | 'failure'
  readonly clientId?: string
  readonly subject?: string
  /**
   * The `sid` of the access tokens that are concerned, where the sign-in was given a `sessionId`: by it services call all
   * of them back. With
   * `signed_in`, `token_issued`, `refresh_token_reused`, and `token_revoked` of a refresh token.
   */
  readonly sessionId?: string
  /** The error code of a refusal. */
  readonly error?: string
  /** What failed, for `failure` only. */
  readonly cause?: unknown
}

export type IssuerSettings = Omit<
  Required<IssuerOptions>,
  'apiKeys' | 'encryption' | 'lifetime' | 'attempts' | 'dpop'
> & {
  readonly apiKeys: ApiKeys | undefined
  readonly encryption: Readonly<Record<string, EncryptionKey>> | undefined
  readonly lifetime: number | undefined
  readonly attempts: AttemptLimits
  readonly dpop: DpopSettings
}

const A_YEAR = 31_536_000
const A_DAY = 86_400

/** @throws ConfigurationError */
export function readIssuerOptions(options: IssuerOptions): IssuerSettings {
  const now = clockOrSystem(options.clock, 'clock')
  const functionOr =
    <T>(fallback: T) =>
    (value: unknown, option: string): T => {
      if (value === undefined) return fallback
      if (typeof value === 'function') return value as T
      throw new ConfigurationError(option, 'expects a function')
    }
  return readOptions<IssuerSettings>('createIssuer()', options, {
    issuer: issuerIdentifier,
    keyRing: withMethods<SigningKeys>(['signingKey', 'findKey', 'jwks'], 'createKeyRing() or sharedSecret()'),
    clients: withMethods<ClientStore>(['find'], 'a store, such as staticClients([...])'),
    apiKeys: optional(withMethods<ApiKeys>(['check', 'recognises'], 'createApiKeys()'), undefined),
    refreshTokens: (value, option) =>
      value === undefined
        ? memoryRefreshTokenStore({ clock: now })
        : withMethods<RefreshTokenStore>(['create', 'find', 'rotate', 'revoke'], 'a refresh token store')(
            value,
            option,
          ),
    refreshLifetime: optional(numberBetween(60, A_YEAR, 'seconds'), 30 * A_DAY),
    refreshIdle: optional(numberBetween(60, A_YEAR, 'seconds'), 14 * A_DAY),
    refreshGrace: optional(numberBetween(0, 60, 'seconds'), 10),
    subjectIsActive: functionOr<IssuerSettings['subjectIsActive']>(() => true),
    lifetime: (value) => value as number | undefined,
    encryption: (value) => value as IssuerSettings['encryption'],
    maxActors: optional(numberBetween(1, 16, 'actors'), 4),
    dpop: dpopReader(now, options.replay),
    replay: (value, option) =>
      value === undefined
        ? memoryReplayStore({ clock: now })
        : withMethods<ReplayStore>(['claim'], 'a replay store, such as memoryReplayStore()')(value, option),
    revokedTokens: (value, option) =>
      value === undefined
        ? memoryRevokedTokens(now)
        : withMethods<RevokedTokens>(['revoke', 'isRevoked'], 'a store, such as memoryRevokedTokens()')(
            value,
            option,
          ),
    attempts: (value = {}) => {
      const limits = readOptions<AttemptLimits>('attempts', value, {
        perClient: optional(numberBetween(1, 1_000_000, 'attempts'), 10),
        perAddress: optional(numberBetween(1, 1_000_000, 'attempts'), 100),
        window: optional(numberBetween(1, A_DAY, 'seconds'), 60),
        counters: functionOr<AttemptCounters>(memoryCounters),
      })
      return limits
    },
    onEvent: functionOr<IssuerSettings['onEvent']>(() => undefined),
    clock: () => now,
  })
}
