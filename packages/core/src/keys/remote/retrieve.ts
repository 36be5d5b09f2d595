/** What one fetch brought, unchecked. */
export interface Retrieved {
  /** The list of keys of a JWKS. */
  readonly keys: unknown
  /** Seconds of `Cache-Control: max-age`; undefined where the endpoint says nothing. */
  readonly maxAge?: number | undefined
  /** What went wrong on the way although there are keys. */
  readonly warning?: unknown
}

/** Gets keys, by whatever way. The signal ends it; no other limit in time is its business. */
export type Retrieve = (signal: AbortSignal) => Promise<Retrieved>
