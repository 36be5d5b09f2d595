import { OUTCOMES, type FileErrorCode, type Outcome } from './codes.js'

/** The body of a refusal (RFC 9457). */
export interface FileProblem {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  /** A code of {@link FileErrorCode}, or `file_unreadable` for all that is wrong with keys and stored bytes. */
  readonly code: string
}

const RETRY_AFTER_SECONDS = 5

/**
 * A refusal or failure of a vault. Its message is constant for all that callers may not tell apart; it holds no key,
 * token, name or byte of a file. The exact reason is in `code`, for logs and tests.
 */
export class FileError extends Error {
  override readonly name = 'FileError'
  readonly code: FileErrorCode
  readonly status: number
  /** The same as `status`, under the name that Express and Nest read. */
  readonly statusCode: number
  /** The message is a constant and may be shown. */
  readonly expose = true
  readonly #more: Readonly<Record<string, string>>

  constructor(
    code: FileErrorCode,
    parts: { readonly cause?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(OUTCOMES[code].title, parts.cause === undefined ? undefined : { cause: parts.cause })
    this.code = code
    this.status = OUTCOMES[code].status
    this.statusCode = this.status
    this.#more = parts.headers ?? {}
  }

  /** `Cache-Control: no-store`; `Retry-After` on 503; `Content-Range` on 416. */
  get headers(): Readonly<Record<string, string>> {
    return {
      'Cache-Control': 'no-store',
      ...(this.status === 503 ? { 'Retry-After': String(RETRY_AFTER_SECONDS) } : {}),
      ...this.#more,
    }
  }

  toJSON(): FileProblem {
    const { title, status, publicCode }: Outcome = OUTCOMES[this.code]
    return { type: 'about:blank', title, status, code: publicCode ?? this.code }
  }
}
