/** What a session refuses or cannot do: status, and the constant sentence that is its message. */
const REFUSALS = {
  session_missing: { status: 401, message: 'The browser has no session here' },
  session_ended: { status: 401, message: 'The session has ended' },
  session_unknown: { status: 404, message: 'There is no such session' },
  sign_in_expired: { status: 400, message: 'The sign-in took too long, or was begun elsewhere: begin again' },
  sign_in_refused: { status: 401, message: 'The identity provider did not sign the user in' },
  cookie_too_large: { status: 500, message: 'A token does not fit into a cookie' },
  session_unavailable: { status: 503, message: 'Sessions cannot be looked up now' },
  provider_unavailable: { status: 503, message: 'The identity provider cannot be reached now' },
} as const

/** Why a session was refused. The list is closed. */
export type SessionErrorCode = keyof typeof REFUSALS

/** The body of an answer (RFC 9457). */
export interface SessionProblem {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  readonly code: SessionErrorCode
}

/**
 * A refusal or failure. It has what the error handlers of Express, Koa and Nest look for, the cookies to delete among
 * it. No token and no claim value is in it.
 */
export class SessionError extends Error {
  override readonly name = 'SessionError'
  readonly code: SessionErrorCode
  readonly status: number
  readonly statusCode: number
  /** Whether the caller may read the message. */
  readonly expose: boolean
  readonly headers: Readonly<Record<string, string | readonly string[]>>

  constructor(
    code: SessionErrorCode,
    parts: {
      readonly cookies?: readonly string[]
      readonly advice?: string
      readonly cause?: unknown
    } = {},
  ) {
    const { status, message } = REFUSALS[code]
    super(
      parts.advice === undefined ? message : `${message}: ${parts.advice}`,
      parts.cause === undefined ? undefined : { cause: parts.cause },
    )
    this.code = code
    this.status = status
    this.statusCode = status
    this.expose = status < 500
    this.headers = Object.freeze({
      'Cache-Control': 'no-store',
      ...(status === 503 ? { 'Retry-After': '5' } : {}),
      ...(parts.cookies === undefined ? {} : { 'Set-Cookie': parts.cookies }),
    })
  }

  toJSON(): SessionProblem {
    return { type: 'about:blank', title: REFUSALS[this.code].message, status: this.status, code: this.code }
  }
}
