import type { DocumentKind } from './documents.js'
import type { AnswerName } from './answers.js'

/** What goes wrong, for which requests. Members add up: `{ delay: 500, status: 503 }` fails slowly. */
export interface Fault {
  /** The documents that it strikes; `metadata` is both kinds. Default all, and all other paths. */
  readonly on?: DocumentKind | 'metadata'
  /** How many requests it strikes; the ones after that are answered well. Default all until `recover()`. */
  readonly times?: number
  /** Milliseconds before an answer; or a promise, for tests that decide when without a clock. */
  readonly delay?: number | Promise<unknown>
  /** The status; default 200. A status other than 2xx has an OAuth error as its body, unless one is given. */
  readonly status?: number
  /** Fields of the answer, over its own. */
  readonly headers?: Readonly<Record<string, string>>
  /** Another body: text and octets as they are, an object as its JSON. */
  readonly body?: string | Uint8Array | object
  /** Answers 302 with this location; `status` may choose another redirection. */
  readonly redirect?: string
  /** Milliseconds between two octets of the body. */
  readonly drip?: number
  /** One of the ways to answer that no member above describes. */
  readonly answer?: AnswerName
}

/** A fault and how often it may still strike. */
export interface ActiveFault {
  readonly fault: Fault
  left: number
}

/** The newest fault that strikes a document, which is then used up by one. */
export function strike(active: readonly ActiveFault[], kind: DocumentKind | undefined): Fault | undefined {
  const found = active.findLast(({ fault, left }) => left > 0 && strikes(fault.on, kind))
  if (found === undefined) return undefined
  found.left -= 1
  return found.fault
}

function strikes(on: Fault['on'], kind: DocumentKind | undefined): boolean {
  if (on === undefined) return true
  return on === 'metadata' ? kind === 'openid' || kind === 'oauth' : kind === on
}
