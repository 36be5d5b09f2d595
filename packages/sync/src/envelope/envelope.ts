/** Who sends: whose key or which issuer says so, and whom it names. */
export interface Sender {
  /** The `iss` of the envelope. */
  readonly issuer: string
  /** The `sub` of the envelope; of a sender that signs with its own key, the same as `issuer`. */
  readonly subject: string
}

/** What the bytes of a batch are. */
export const CONTENT_TYPE = 'application/x-ndjson'
export const CONTENT_ENCODINGS = ['identity', 'gzip'] as const
export type ContentEncoding = (typeof CONTENT_ENCODINGS)[number]

/** How a message is addressed; over HTTP its method and absolute target, elsewhere whatever names both. */
export interface Binding {
  readonly method: string
  readonly target: string
}

/** What is signed of every message. */
interface SignedMessage extends Binding {
  readonly sender: Sender
  /** The `jti`: of each envelope its own. */
  readonly id: string
  readonly stream: string
  /** Seconds since the epoch. */
  readonly issuedAt: number
}

/** What is signed of a batch. */
export interface BatchEnvelope extends SignedMessage {
  readonly kind: 'batch'
  /** Sequence number of the first record. */
  readonly first: number
  /** Sequence number of the last record. */
  readonly last: number
  /** The digest of the body as sent, in the form of RFC 9530: `sha-256=:...:`. */
  readonly digest: string
  /** The digest of the batch before, or `none`. */
  readonly previous: string
  /** Bytes of the body as sent. */
  readonly length: number
  readonly contentType: string
  readonly contentEncoding: ContentEncoding
  /** The version of the schema of the data. */
  readonly schema: number
}

/** What is signed of a question for the cursor. */
export interface CursorEnvelope extends SignedMessage {
  readonly kind: 'cursor'
}

export type Envelope = BatchEnvelope | CursorEnvelope
