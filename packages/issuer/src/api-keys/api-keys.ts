import { ConfigurationError } from '@portcullis/core'
import { clockOrSystem, numberBetween, optional, readOptions, withMethods } from '@portcullis/core/internal'
import { digestOf, isDigestOf } from '../clients/client-secret.js'
import { IssuerError } from '../issuer-error.js'
import { newApiKey, parseApiKey } from './api-key-format.js'
import { memoryApiKeyStore, type ApiKeyStore, type StoredApiKey } from './api-key-store.js'

export interface ApiKeysOptions {
  /** What keys begin with, so that people and scanners recognise them: `acme_live`, `acme_test`. */
  readonly prefix: string
  /** Default in memory, for one process. */
  readonly store?: ApiKeyStore
  /** Seconds that a key lives, 60 to 315,360,000; default one year. */
  readonly lifetime?: number
  /** Seconds since the epoch; default the system's clock. */
  readonly clock?: () => number
}

export interface NewApiKey {
  /** The key: shown now and never again. */
  readonly key: string
  /** By which it is revoked. */
  readonly id: string
  /** Seconds since the epoch. */
  readonly expiresAt: number
}

/** Makes and checks API keys. */
export interface ApiKeys {
  /**
   * Makes a key for a client. A client has two at most, so that one can replace the other.
   *
   * @throws IssuerError `api_key_limit`, `lifetime_invalid`
   */
  create(request: {
    readonly clientId: string
    /** Scopes that the key is limited to; default those of the client. */
    readonly scope?: readonly string[]
    /** Seconds; default that of the options. */
    readonly lifetime?: number
  }): Promise<NewApiKey>
  /** Whether a text has the form of a key of this prefix, its checksum included. */
  recognises(text: string): boolean
  /** The record of a living key, or undefined; what was wrong is not told. */
  check(key: string): Promise<StoredApiKey | undefined>
  /** Refuses a key from now on. @returns whether there is such a key */
  revoke(id: string): Promise<boolean>
}

const PREFIX = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/
const ACTIVE_KEYS = 2
const TEN_YEARS = 315_360_000
const A_YEAR = 31_536_000
const NOBODY = digestOf('')

/** @throws ConfigurationError */
export function createApiKeys(options: ApiKeysOptions): ApiKeys {
  const settings = readOptions<Required<ApiKeysOptions>>('createApiKeys()', options, {
    prefix(value, option) {
      if (typeof value === 'string' && PREFIX.test(value) && value.length <= 32) return value
      throw new ConfigurationError(option, "expects lower-case words, such as 'acme_live'")
    },
    store: (value, option) =>
      value === undefined
        ? memoryApiKeyStore()
        : withMethods<ApiKeyStore>(['add', 'find', 'revoke'], 'a store, such as memoryApiKeyStore()')(
            value,
            option,
          ),
    lifetime: optional(numberBetween(60, TEN_YEARS, 'seconds'), A_YEAR),
    clock: clockOrSystem,
  })
  const { prefix, store } = settings
  return Object.freeze({
    async create({ clientId, scope, lifetime = settings.lifetime }) {
      const now = settings.clock()
      if (!(lifetime > 0 && lifetime <= TEN_YEARS)) throw new IssuerError('lifetime_invalid')
      const { key, id, secret } = newApiKey(prefix)
      const expiresAt = Math.floor(now + lifetime)
      const record = { id, clientId, digest: digestOf(secret), createdAt: now, expiresAt }
      const scoped = scope === undefined ? record : { ...record, scope: Object.freeze([...scope]) }
      if (!(await store.add(Object.freeze(scoped), ACTIVE_KEYS, now))) throw new IssuerError('api_key_limit')
      return Object.freeze({ key, id, expiresAt })
    },
    recognises: (text) => parseApiKey(prefix, text) !== undefined,
    async check(key) {
      const parts = parseApiKey(prefix, key)
      if (parts === undefined) return undefined
      const found = await store.find(parts.id)
      const holds = isDigestOf(parts.secret, found?.digest ?? NOBODY)
      const lives = found?.revokedAt === undefined && settings.clock() < (found?.expiresAt ?? 0)
      return holds && lives ? found : undefined
    },
    revoke: async (id) => store.revoke(id, settings.clock()),
  } satisfies ApiKeys)
}
