import { ConfigurationError, type ReplayStore } from '@portcullis/core'
import { open } from 'lmdb'
import { clockOrSystem, numberBetween, optional, readOptions } from '@portcullis/core/internal'
import type { ApiKeyStore } from '../api-keys/api-key-store.js'
import type { RevokedTokens } from '../endpoint/revoked-tokens.js'
import type { KeyRingStore } from '../keys/key-ring-store.js'
import type { RefreshTokenStore } from '../refresh/refresh-token-store.js'
import { lmdbApiKeys } from './api-keys.js'
import { lmdbClients, type RegisteredClients } from './clients.js'
import { lmdbKeyRing } from './key-ring.js'
import { ensurePrivateDirectory } from './private-directory.js'
import { createTable } from './lmdb-table.js'
import { lmdbRefreshTokens } from './refresh-tokens.js'
import { lmdbReplayClaims } from './replay-claims.js'
import { lmdbRevokedTokens } from './revoked-tokens.js'

export interface IssuerStoreOptions {
  /** A directory of a local disk for this store alone; made with mode 0700 where it does not exist. */
  readonly path: string
  /**
   * Entries of each kind, 1 to 100,000,000; default 1,000,000. Those that died make room; a store that is full of
   * living ones refuses rather than forgets.
   */
  readonly capacity?: number
  /** Seconds since the epoch; default the system's clock. */
  readonly clock?: () => number
}

/** All that an issuer keeps, in one file. Tokens, secrets and API keys are in it as digests; signing keys as they are. */
export interface IssuerStore {
  /** For the option `refreshTokens` of the issuer. */
  readonly refreshTokens: RefreshTokenStore
  /** For the option `store` of `createApiKeys()`. */
  readonly apiKeys: ApiKeyStore
  /** For the option `revokedTokens`. */
  readonly revokedTokens: RevokedTokens
  /** For the option `replay`: client assertions and DPoP proofs count once, in whichever process. */
  readonly replay: ReplayStore
  /** For the option `clients`. */
  readonly clients: RegisteredClients
  /** For the option `store` of `createKeyRing()`. */
  readonly keyRing: KeyRingStore
  /** Waits for what is being written, and lets go of the files. */
  close(): Promise<void>
}

/** Processes, worker threads and reads under way that may have the store open at the same time. */
const MOST_READERS = 1024
/** Twice the number of tables, and one to spare. */
const MOST_DATABASES = 16

/**
 * Opens the durable store of an issuer, for any number of processes of one machine. Each method of its parts is one
 * transaction: it has happened as a whole or not at all, whatever process is killed when, and what was answered is on
 * disk.
 *
 * @throws ConfigurationError, IssuerError `store_exposed` where others may enter the directory, and errors of lmdb
 */
export function openIssuerStore(options: IssuerStoreOptions): IssuerStore {
  const settings = readOptions<Required<IssuerStoreOptions>>('openIssuerStore()', options, {
    path(value, option) {
      if (typeof value === 'string' && value !== '') return value
      throw new ConfigurationError(option, 'expects the path of a directory')
    },
    capacity: optional(numberBetween(1, 100_000_000, 'entries'), 1_000_000),
    clock: clockOrSystem,
  })
  const { path, capacity, clock: now } = settings
  ensurePrivateDirectory(path)
  const root = open({
    path,
    noSubdir: false,
    maxDbs: MOST_DATABASES,
    maxReaders: MOST_READERS,
    // A step is seen by others once it is on disk, and not before.
    overlappingSync: false,
  })
  // Processes that were killed while they read must not keep what they read from being written over.
  root.readerCheck()
  const table = <T>(name: string) => createTable<T>(root, name, capacity)
  return Object.freeze({
    refreshTokens: lmdbRefreshTokens(table('refresh families'), now),
    apiKeys: lmdbApiKeys(table('API keys'), table('API key owners')),
    revokedTokens: lmdbRevokedTokens(table('revoked tokens'), now),
    replay: lmdbReplayClaims(table('replay claims'), now),
    clients: lmdbClients(table('clients'), now),
    keyRing: lmdbKeyRing(table('key ring'), now),
    close: () => root.close(),
  })
}
