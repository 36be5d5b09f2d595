/** What an issuer refuses or cannot do, each with the constant sentence that is its message. */
const MESSAGES = {
  claim_reserved: "A claim of that name is the issuer's own and cannot be set",
  claim_invalid: 'A claim is not plain JSON, or not of the right form',
  audience_invalid: 'The audience is missing, or is not for this token',
  subject_invalid: 'The subject is missing, or is the name of a client',
  proof_required: 'The client gets tokens only that are bound to a key',
  lifetime_invalid: 'The lifetime is not positive, or is longer than the keys stay published',
  client_unknown: 'There is no such client, or it may not have this token',
  key_unknown: 'There is no such key',
  key_ring_unavailable: 'The key ring could not be read, or not be written',
  key_ring_corrupt: 'The stored key ring is damaged',
  key_ring_exposed: 'The files of the key ring can be read by others than their owner',
  store_exposed: 'The directory of the store can be entered by others than its owner',
  store_full: 'The store holds as much as it may',
  api_key_limit: 'The client has two active API keys already; revoke one first',
} as const

/** Why an issuer refused. The list is closed. */
export type IssuerErrorCode = keyof typeof MESSAGES

/** What passes by itself; everything else is for the application to mend. */
const UNAVAILABLE: readonly IssuerErrorCode[] = ['key_ring_unavailable', 'store_full']

const NO_STORE = { 'Cache-Control': 'no-store' }

/**
 * A refusal or failure of the issuer. Its message is constant: it holds no key, token or claim value. Where a route of
 * the application lets it fall through, it has what Express, Koa and Nest look for.
 */
export class IssuerError extends Error {
  override readonly name = 'IssuerError'
  readonly code: IssuerErrorCode
  /** The name of the claim or option that was the reason. */
  readonly subject: string | undefined
  /** 503 where it passes by itself (`key_ring_unavailable`, `store_full`), 500 for what the application has to mend. */
  readonly status: 500 | 503
  /** The same as `status`, under the name that Express and Nest read. */
  readonly statusCode: 500 | 503
  /** It is for the application, and none of its callers' business. */
  readonly expose = false
  /** `Cache-Control: no-store`, and `Retry-After` on 503. */
  readonly headers: Readonly<Record<string, string>>

  constructor(code: IssuerErrorCode, parts: { readonly subject?: string; readonly cause?: unknown } = {}) {
    super(
      parts.subject === undefined ? MESSAGES[code] : `${MESSAGES[code]}: ${parts.subject}`,
      parts.cause === undefined ? undefined : { cause: parts.cause },
    )
    this.code = code
    this.subject = parts.subject
    this.status = UNAVAILABLE.includes(code) ? 503 : 500
    this.statusCode = this.status
    this.headers = Object.freeze(this.status === 503 ? { ...NO_STORE, 'Retry-After': '5' } : NO_STORE)
  }
}
