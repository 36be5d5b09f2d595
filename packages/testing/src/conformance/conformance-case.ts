import type { ServiceName } from './services.js'

/** A request as it goes over the wire, every octet of it; text is written as ISO 8859-1. */
export interface RawRequest {
  readonly method: string
  /** The request target, as it stands in the request line. */
  readonly target: string
  /** In order, with repetitions; `Host` is added where it is missing, `Content-Length` where there is a body. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: string
}

/** What the answer must be. */
export interface Expectation {
  /** The status is one of these; there are several only where frameworks route differently. */
  readonly status: readonly number[]
  /** Each of these headers is there once with this value, octet for octet, or fits the pattern; null: it is not there. */
  readonly headers: Readonly<Record<string, string | RegExp | null>>
  /** The media type, parameters apart; left out: any. */
  readonly mediaType?: string
  /** What the body is as JSON; left out: any body. */
  readonly json?: unknown
  /** Set: there must be no body. */
  readonly empty?: true
  /** What must occur nowhere in the answer, neither in a header nor in the body. */
  readonly never: readonly string[]
}

/** A request and what it must be answered with. */
export interface Exchange {
  readonly request: RawRequest
  readonly expected: Expectation
}

/** One line of the table. */
export interface ConformanceCase {
  /** The behaviour, unique in the table. */
  readonly name: string
  readonly service: ServiceName
  /**
   * `sequential`: on one connection, one after the other. `pipelined`: on one connection, all at once.
   * `parallel`: at the same time, each on a connection of its own.
   */
  readonly delivery: 'sequential' | 'pipelined' | 'parallel'
  readonly exchanges: readonly Exchange[]
  /** Set: exactly one of the answers, whichever, is this instead. */
  readonly exceptOne?: Expectation
}
