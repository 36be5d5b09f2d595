/** A table of the catalog, and the key of an entry in it. */
export type Key = readonly [table: string, key: string]

/** Sorted entries that are changed in steps, each alone. Memory and LMDB have these; what a catalog does is above. */
export interface Tables {
  get(key: Key): unknown
  /** Inside a step only. */
  put(key: Key, value: unknown): void
  /** Inside a step only. */
  remove(key: Key): void
  /** Values of one table in the order of their keys, from after one of them on. */
  values(table: string, page: { readonly after?: string | undefined; readonly limit: number }): unknown[]
  /** Runs a step alone; what it wrote is durable, as far as these tables are, when the promise is fulfilled. */
  step<R>(action: () => R): Promise<R>
}
