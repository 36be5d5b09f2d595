import { optional, readOptions, wholeNumberBetween } from '@portcullis/core/internal'
import { createCatalog, type CatalogLimits } from './create-catalog.js'
import type { FileCatalog } from './file-catalog.js'
import type { Tables } from './tables.js'

export interface CatalogOptions {
  /** Files that the catalog may hold, 1 to 100,000,000; default 1,000,000. A full one refuses. */
  readonly files?: number
  /** Grants that live at the same time, 1 to 100,000,000; default 1,000,000. */
  readonly grants?: number
}

const MOST = 100_000_000
const DEFAULT = 1_000_000

export const catalogReaders = {
  files: optional(wholeNumberBetween(1, MOST, 'files'), DEFAULT),
  grants: optional(wholeNumberBetween(1, MOST, 'grants'), DEFAULT),
}

/** A catalog for one process, for tests: when it ends, no file can be read any more. @throws ConfigurationError */
export function memoryCatalog(options: CatalogOptions = {}): FileCatalog {
  return createCatalog(memoryTables(), readOptions<CatalogLimits>('memoryCatalog()', options, catalogReaders))
}

function memoryTables(): Tables {
  const tables = new Map<string, Map<string, unknown>>()
  return {
    get: ([table, key]) => tables.get(table)?.get(key),
    put([table, key], value) {
      const entries = tables.get(table) ?? new Map<string, unknown>()
      tables.set(table, entries.set(key, Object.freeze(value)))
    },
    remove([table, key]) {
      const entries = tables.get(table)
      entries?.delete(key)
      if (entries?.size === 0) tables.delete(table)
    },
    values(table, { after = '', limit }) {
      const entries = tables.get(table)
      const keys = [...(entries?.keys() ?? [])].filter((key) => key > after).sort()
      return keys.slice(0, limit).map((key) => entries?.get(key))
    },
    step: (action) =>
      new Promise((resolve) => {
        resolve(action())
      }),
  }
}
