import { ConfigurationError } from '@portcullis/core'
import { nonEmptyString, readOptions } from '@portcullis/core/internal'
import { open, type Key as LmdbKey } from 'lmdb'
import { mkdirSync, statSync } from 'node:fs'
import { createCatalog } from '../catalog/create-catalog.js'
import type { FileCatalog } from '../catalog/file-catalog.js'
import { catalogReaders, type CatalogOptions } from '../catalog/memory-catalog.js'
import type { Key, Tables } from '../catalog/tables.js'

export interface LmdbCatalogOptions extends CatalogOptions {
  /** A directory of a local disk for this catalog alone; made with mode 0700 where it does not exist. */
  readonly path: string
}

export interface LmdbCatalog extends FileCatalog {
  /** Waits for what is being written, and lets go of the files. */
  close(): Promise<void>
}

const OTHERS = 0o077
/** Above every key of a table. */
const END = '\uffff'

/**
 * Opens a durable catalog, for any number of processes of one machine. Each step has happened as a whole or not at all,
 * whatever process is killed when, and what was answered is on disk.
 *
 * @throws ConfigurationError, also where others than the owner may enter the directory; errors of lmdb
 */
export function openLmdbCatalog(options: LmdbCatalogOptions): LmdbCatalog {
  const { path, ...limits } = readOptions('openLmdbCatalog()', options, {
    path: nonEmptyString,
    ...catalogReaders,
  })
  mkdirSync(path, { recursive: true, mode: 0o700 })
  if (process.platform !== 'win32' && (statSync(path).mode & OTHERS) !== 0) {
    throw new ConfigurationError('path', 'can be entered by others than its owner: chmod 700')
  }
  // A step is seen by others once it is on disk, and not before.
  const root = open<unknown>({ path, noSubdir: false, encoding: 'json', overlappingSync: false })
  // Processes that were killed while they read must not keep what they read from being written over.
  root.readerCheck()
  const fresh = <T>(read: () => T): T => {
    root.resetReadTxn()
    return read()
  }
  const tables: Tables = {
    get: (key) => fresh(() => root.get(mutable(key))),
    put: (key, value) => void root.put(mutable(key), value),
    remove: (key) => void root.remove(mutable(key)),
    values: (table, { after, limit }) =>
      fresh(() => {
        const range = root.getRange({
          start: [table, after ?? ''],
          end: [table, END],
          exclusiveStart: true,
          limit,
        })
        return [...range.map(({ value }) => value)]
      }),
    step: (action) => root.transaction(action),
  }
  return Object.freeze({ ...createCatalog(tables, limits), close: () => root.close() })
}

const mutable = ([table, key]: Key): LmdbKey => [table, key]
