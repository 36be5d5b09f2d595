export { openLmdbCatalog } from './open-lmdb-catalog.js'
export type { LmdbCatalog, LmdbCatalogOptions } from './open-lmdb-catalog.js'
