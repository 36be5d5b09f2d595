import {
  BEARER_ONLY,
  challengeFor,
  type ChallengeParts,
  type ChallengeSettings,
  type Scheme,
} from './challenge.js'
import { REFUSALS, type Refusal, type RefusalCode } from './codes.js'

/** The body of a refusal (RFC 9457): constant for a code, whatever the request held. */
export interface ProblemDetails {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  /** A code of {@link RefusalCode}, or `token_invalid` for all that is refused before a signature is proven. */
  readonly code: string
  /** The scopes that the route requires, on `scope_insufficient`. */
  readonly scope?: string
}

/**
 * Names, configured values and durations around a refusal, for {@link explain} and diagnostics: nothing that the
 * token holds, but for its key id, cut and escaped.
 */
export interface RefusalDetails {
  /** The issuer whose rules applied. */
  readonly issuer?: string
  /** The key id of the token, printable. */
  readonly keyId?: string
  /** The key ids that could have been meant, printable. */
  readonly knownKeyIds?: readonly string[]
  /** What the configuration asks for: algorithms, types, audiences, the issuer. */
  readonly expected?: readonly string[]
  /** The name of the claim that was the reason. */
  readonly claim?: string
  /** The paths that the user's schema complained of. */
  readonly paths?: readonly string[]
  /** How long ago it expired, or how long until it is valid. */
  readonly seconds?: number
  /** The bound that was exceeded, in the unit of its option. */
  readonly limit?: number
  /** The policy that did not hold, as it describes itself. */
  readonly required?: string
}

/** What a refusal may carry beside its code. */
export interface AuthErrorParts {
  /** The failure behind it, for logs; never one that quotes the token. */
  readonly cause?: unknown
  /** The scopes that would be sufficient, for the challenge. */
  readonly scopes?: readonly string[] | undefined
  /** What authentication would be sufficient, for the challenge (RFC 9470). */
  readonly acrValues?: readonly string[] | undefined
  /** Seconds since which the person must have authenticated, for the challenge (RFC 9470). */
  readonly maxAge?: number | undefined
  /** The nonce that the next proof must hold (RFC 9449 section 8). */
  readonly nonce?: string
  /** Seconds until a new attempt makes sense, for 503. */
  readonly retryAfter?: number
  /** What a developer needs in order to mend it. */
  readonly details?: RefusalDetails
}

const DEFAULT_RETRY_AFTER = 5

/**
 * A refused request. Express, Koa, Fastify and Hono answer it as it is: they read `status`, `expose` and
 * `headers`. Neither its message nor its JSON holds the token, a claim value or a key.
 *
 * It is an answer to a caller and no fault of the program, so that its `stack` has no frames: taking them made a
 * refusal dearer than an acceptance. A `cause` has its own.
 */
export class AuthError extends Error {
  override readonly name = 'AuthError'
  /** The exact reason, for logs and tests; what the caller is told is in {@link AuthError.toJSON}. */
  readonly code: RefusalCode
  /** HTTP status: 400, 401, 403 or 503. */
  readonly status: Refusal['status']
  /** The same as `status`, under the name that Express and Nest read. */
  readonly statusCode: Refusal['status']
  /** The message is a constant and may be shown. */
  readonly expose = true
  readonly #parts: AuthErrorParts
  #challenge: ChallengeSettings = BEARER_ONLY
  #scheme: Scheme | undefined
  #context: (() => RefusalDetails) | undefined

  constructor(code: RefusalCode, parts: AuthErrorParts = {}) {
    // Own members only: what somebody hung on Object.prototype must not be told to callers.
    const own = Object.assign(Object.create(null) as AuthErrorParts, parts)
    const frames = Error.stackTraceLimit
    limitStack(0)
    super(REFUSALS[code].description, own.cause === undefined ? undefined : { cause: own.cause })
    limitStack(frames)
    this.code = code
    this.status = REFUSALS[code].status
    this.statusCode = this.status
    this.#parts = own
  }

  /** What a developer needs in order to mend the cause; not enumerable, so that no logger prints it unasked. */
  get details(): RefusalDetails {
    return { ...this.#context?.(), ...this.#parts.details }
  }

  /** `WWW-Authenticate` (RFC 6750 section 3), `Cache-Control: no-store`, `Retry-After` on 503, `DPoP-Nonce` where one is asked for. */
  get headers(): Readonly<Record<string, string>> {
    const refusal: Refusal = REFUSALS[this.code]
    const headers: Record<string, string> = { 'Cache-Control': 'no-store' }
    const { retryAfter, nonce } = this.#parts
    const parts = Object.assign(Object.create(null) as ChallengeParts, this.#parts, { scheme: this.#scheme })
    if (refusal.status === 503) headers['Retry-After'] = String(retryAfter ?? DEFAULT_RETRY_AFTER)
    // A request from another site is refused whatever its token is: no challenge would help.
    else if (this.code !== 'cross_site_request_refused') {
      headers['WWW-Authenticate'] = challengeFor(refusal, this.#challenge, parts)
    }
    if (nonce !== undefined) headers['DPoP-Nonce'] = nonce
    return headers
  }

  /** The problem details (RFC 9457) to answer with. */
  toJSON(): ProblemDetails {
    const refusal: Refusal = REFUSALS[this.code]
    const scopes = this.#parts.scopes ?? []
    return {
      type: 'about:blank',
      title: refusal.description,
      status: refusal.status,
      code: refusal.publicCode ?? this.code,
      ...(scopes.length > 0 ? { scope: scopes.join(' ') } : {}),
    }
  }

  /** @internal The walk says here what it had in hand; worked out only when somebody asks. */
  static withContext(error: AuthError, context: () => RefusalDetails): AuthError {
    error.#context = context
    return error
  }

  /** @internal Whoever answers the request says here how its challenges look; the verifier that refused does not know. */
  static withChallenge(error: AuthError, settings: ChallengeSettings, scheme?: Scheme): AuthError {
    error.#challenge = settings
    error.#scheme = scheme
    return error
  }
}

function limitStack(frames: number): void {
  try {
    Error.stackTraceLimit = frames
  } catch {
    // With --frozen-intrinsics nobody may change it; the error then has frames.
  }
}
