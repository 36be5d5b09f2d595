/**
 * Entries of one kind in the store, each with the moment after which it may be forgotten, or none.
 *
 * A file of its own: the published types must not lead to those of lmdb, which do not compile for ES modules.
 */
export interface Table<T> {
  /** As the last step of any process has left it. */
  get(id: string): T | undefined
  /** Inside a step only. Clears away entries that died before. @throws IssuerError `store_full` */
  put(id: string, value: T, lives: { readonly now: number; readonly until?: number }): void
  /** Inside a step only. */
  remove(id: string): void
  /**
   * Runs a step alone, among the processes too; what it wrote is on disk when the promise is fulfilled. It writes after
   * whatever it may throw.
   */
  step<R>(action: () => R): Promise<R>
}
