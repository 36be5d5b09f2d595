import type { Binding, ContentEncoding } from '../envelope/envelope.js'

/** A body that can be read as often as it must be sent. */
export interface OutgoingBody {
  read(): AsyncIterable<Uint8Array>
  readonly length: number
  readonly digest: string
  readonly contentType: string
  readonly contentEncoding: ContentEncoding
}

/** What came back. Nothing of it is believed yet. */
export interface TransportAnswer {
  readonly status: number
  /** JSON, parsed; undefined where it was none. */
  readonly body: unknown
  /** Seconds that the receiver asks to wait. */
  readonly retryAfter: number | undefined
}

/** Carries envelopes and bodies to one receiver, and answers back. */
export interface Transport {
  /** How each kind of message is addressed, as the receiver will see it: it is signed. */
  readonly bindings: { readonly batch: Binding; readonly cursor: Binding }
  /**
   * Sends one message, once. It need not check the answer, but must bound its size and the time it takes.
   *
   * @throws whatever went wrong on the way; the sender tries again
   */
  send(
    kind: 'batch' | 'cursor',
    envelope: string,
    body: OutgoingBody | undefined,
    signal: AbortSignal,
  ): Promise<TransportAnswer>
}
