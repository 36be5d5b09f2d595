/** What a store on Redis cannot do, each with the constant sentence that is its message. */
const MESSAGES = {
  unreachable: 'There is no connection to Redis',
  timed_out: 'Redis did not answer in time',
  failed: 'Redis refused a command',
  evicts: 'This Redis throws entries away when its memory is full: set maxmemory-policy to noeviction',
  doubtful: 'Redis may have lost what was used already, and ids of that time are refused',
  stale: 'What is known of revocations is older than it may be',
  not_loaded: 'The revocations were not loaded yet',
  sealed: 'No sealing key opens what Redis has, or it was put in the place of something else',
  full: 'The store holds as much as it may',
  closed: 'The store was closed',
} as const

/** Why a store could not answer. The list is closed. */
export type RedisStoreErrorCode = keyof typeof MESSAGES

/** Seconds after which a new attempt makes sense. */
const RETRY_AFTER = '5'

/**
 * A store on Redis could not answer; `@portcullis/core` and `@portcullis/issuer` answer 503 then. Where a route of the
 * application calls a store itself, or `issuer.signIn()`, the error has what Express, Koa and Nest look for, and is 503
 * there as well. No key, argument or address of Redis is in it.
 */
export class RedisStoreError extends Error {
  override readonly name = 'RedisStoreError'
  readonly code: RedisStoreErrorCode
  readonly status = 503
  /** The same as `status`, under the name that Express and Nest read. */
  readonly statusCode = 503
  /** Callers need not learn what the application keeps its state in. */
  readonly expose = false
  readonly headers: Readonly<Record<string, string>> = Object.freeze({
    'Cache-Control': 'no-store',
    'Retry-After': RETRY_AFTER,
  })
  /** The error prefix of Redis or the system's error code, such as `OOM`, `READONLY`, `ECONNRESET`. */
  readonly reason: string | undefined

  constructor(code: RedisStoreErrorCode, reason?: string) {
    super(reason === undefined ? MESSAGES[code] : `${MESSAGES[code]} (${reason})`)
    this.code = code
    this.reason = reason
  }
}

/** The client's own errors quote commands with their arguments, so that only their kind goes on. */
export function failureOf(error: unknown): RedisStoreError {
  if (error instanceof RedisStoreError) return error
  if (!(error instanceof Error)) return new RedisStoreError('failed')
  const [word] = /^[A-Z][A-Z_]{1,30}(?= |$)/.exec(error.message) ?? []
  if (word !== undefined) return new RedisStoreError('failed', word)
  const code: unknown = 'code' in error ? error.code : undefined
  const isSystem = typeof code === 'string' && /^E[A-Z_]{2,30}$/.test(code)
  return new RedisStoreError('unreachable', isSystem ? code : undefined)
}
